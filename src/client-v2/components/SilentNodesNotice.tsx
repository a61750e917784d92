import { Button, Flex, Typography, theme } from 'antd';
import React from 'react';
import type { SilentNode } from '../../shared/api';
import { useDecide } from '../decisions/DecisionProvider';
import { declaringStopped } from '../decisions/offers';
import { useLanguage, useT } from '../locale';
import { formatAgo } from '../model/time';
import { Notice } from './Notice';

const LIST = { listStyle: 'none', margin: 0, padding: 0 } as const;

/** Processes that hold an operation up, and the word of a person as the way past them. */
export function SilentNodesNotice({ nodes }: { readonly nodes: readonly SilentNode[] }) {
  const t = useT();
  if (nodes.length === 0) return null;
  return (
    <Notice
      type="warning"
      message={t('{{count}} processes cannot be reached and block the operation', { count: nodes.length })}
      description={
        <>
          <div>
            {t(
              'A process that is connected to the database but silent may be frozen in the middle of a write, and may still write. Nothing is changed until it answers or ends.',
            )}
          </div>
          <ul style={LIST}>
            {nodes.map((node) => (
              <Silent key={node.bootId} node={node} />
            ))}
          </ul>
        </>
      }
    />
  );
}

function Silent({ node }: { readonly node: SilentNode }) {
  const t = useT();
  const decide = useDecide();
  const language = useLanguage();
  const { token } = theme.useToken();
  const label = `${t('Declare stopped')}…`;
  return (
    <li style={{ marginBlockStart: token.marginXS }}>
      <Flex wrap justify="space-between" align="center" gap="small">
        <span>
          <Typography.Text strong>{node.name}</Typography.Text>{' '}
          <Typography.Text type="secondary">
            {t('Last heard of {{ago}}', { ago: formatAgo(node.silentMs, language) })}
          </Typography.Text>
        </span>
        <Button size="small" aria-label={`${label} ${node.name}`} onClick={() => decide(declaringStopped(node, t))}>
          {label}
        </Button>
      </Flex>
    </li>
  );
}
