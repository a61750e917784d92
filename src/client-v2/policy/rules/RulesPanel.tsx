import { Card, Flex, Grid, Typography } from 'antd';
import React, { useState } from 'react';
import type { PolicyRule } from '../../../shared/policy';
import { useTight } from '../../components/useTight';
import { WrappingButton } from '../../components/WrappingButton';
import { useT } from '../../locale';
import { RuleDrawer } from './RuleDrawer';
import { RuleCards } from './RuleCards';
import { RulesTable } from './RulesTable';

export interface RulesPanelProps {
  readonly rules: readonly PolicyRule[];
  readonly editable: boolean;
  readonly onChange: (rules: readonly PolicyRule[]) => void;
}

/** A rule that does not exist yet. */
const NEW = -1;
const FIRST: PolicyRule = { environment: 'production', demand: 'reason' };

/** What is asked for what, as a table; each rule is edited in a drawer. */
export function RulesPanel({ rules, editable, onChange }: RulesPanelProps) {
  const t = useT();
  const wide = Grid.useBreakpoint().xl !== false;
  const tight = useTight();
  const [edited, setEdited] = useState<number>();
  const Rules = wide ? RulesTable : RuleCards;
  const keep = (rule: PolicyRule) => {
    onChange(edited === NEW ? [...rules, rule] : rules.map((each, index) => (index === edited ? rule : each)));
    setEdited(undefined);
  };
  return (
    <Card title={t('Rules')} extra={!tight && editable && <AddButton onAdd={() => setEdited(NEW)} />}>
      <Flex vertical gap="middle">
        <Typography.Text type="secondary">
          {t(
            'The rule that says most about an action counts: a single action before a group, a group before a kind. Of two that say as much, the stricter one. What no rule names is allowed.',
          )}
        </Typography.Text>
        {tight && editable && <AddButton onAdd={() => setEdited(NEW)} />}
        <Rules
          rules={rules}
          editable={editable}
          onEdit={setEdited}
          onRemove={(index) => onChange(rules.filter((_, each) => each !== index))}
        />
      </Flex>
      <RuleDrawer
        rule={edited === undefined ? undefined : (rules[edited] ?? FIRST)}
        isNew={edited === NEW}
        onKeep={keep}
        onClose={() => setEdited(undefined)}
      />
    </Card>
  );
}

/** Below the title where there is no room beside it. */
function AddButton({ onAdd }: { readonly onAdd: () => void }) {
  const t = useT();
  return <WrappingButton onClick={onAdd}>{`${t('Add rule')}…`}</WrappingButton>;
}
