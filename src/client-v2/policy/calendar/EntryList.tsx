import { Flex, Typography, theme } from 'antd';
import React from 'react';
import { NamedButton } from '../../components/NamedButton';
import { WrappingButton } from '../../components/WrappingButton';
import { useT } from '../../locale';

export interface EntryListProps {
  readonly title: string;
  /** What each of them says. */
  readonly entries: readonly string[];
  readonly empty: string;
  readonly add: string;
  readonly editable: boolean;
  readonly onAdd: () => void;
  readonly onEdit: (index: number) => void;
  readonly onRemove: (index: number) => void;
}

const LIST = { listStyle: 'none', margin: 0, padding: 0 } as const;

/** Windows or freezes, each in a sentence, with what can be done to it. */
export function EntryList({ title, entries, empty, add, editable, ...on }: EntryListProps) {
  const t = useT();
  const { token } = theme.useToken();
  return (
    <section aria-label={title}>
      <Flex wrap justify="space-between" align="center" gap="small">
        <Typography.Text strong>{title}</Typography.Text>
        {editable && <WrappingButton size="small" onClick={on.onAdd}>{`${add}…`}</WrappingButton>}
      </Flex>
      {entries.length === 0 && <Typography.Text type="secondary">{empty}</Typography.Text>}
      <ul style={LIST}>
        {entries.map((entry, index) => (
          <li key={`${entry}-${index}`} style={{ marginBlockStart: token.marginXS }}>
            <Flex wrap justify="space-between" align="center" gap="small">
              <span style={{ overflowWrap: 'anywhere', minWidth: 0 }}>{entry}</span>
              {editable && (
                <Flex wrap gap="small">
                  <NamedButton size="small" does={t('Edit')} about={entry} onClick={() => on.onEdit(index)} />
                  <NamedButton
                    size="small"
                    danger
                    does={t('Remove')}
                    about={entry}
                    onClick={() => on.onRemove(index)}
                  />
                </Flex>
              )}
            </Flex>
          </li>
        ))}
      </ul>
    </section>
  );
}
