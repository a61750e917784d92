import { Flex, Radio, Tabs } from 'antd';
import React, { useState } from 'react';
import { useTight } from '../../components/useTight';
import { useT } from '../../locale';
import { AuditList } from './AuditList';
import { QueueList } from './QueueList';
import { RequestLists } from './RequestLists';

/** What waits for a person or for its time, and what became of everything that was tried. */
export function ApprovalsTab() {
  const t = useT();
  const tight = useTight();
  const [open, setOpen] = useState('requests');
  const parts = [
    { key: 'requests', label: t('Requests'), Content: RequestLists },
    { key: 'queue', label: t('Waiting for a window'), Content: QueueList },
    { key: 'audit', label: t('Audit'), Content: AuditList },
  ];
  if (tight) return <Stacked parts={parts} open={open} onOpen={setOpen} />;
  // Only the open one exists, so nothing else asks the server.
  const items = parts.map(({ key, label, Content }) => ({
    key,
    label,
    children: key === open ? <Content /> : null,
  }));
  return <Tabs size="small" type="card" activeKey={open} onChange={setOpen} items={items} animated={false} />;
}

interface StackedProps {
  readonly parts: readonly { readonly key: string; readonly label: string; readonly Content: () => JSX.Element }[];
  readonly open: string;
  readonly onOpen: (key: string) => void;
}

/** Where the names do not fit beside each other, tabs would hide most of them. */
function Stacked({ parts, open, onOpen }: StackedProps) {
  const t = useT();
  const shown = parts.find(({ key }) => key === open);
  return (
    <Flex vertical gap="middle">
      <Radio.Group aria-label={t('Approvals')} value={open} onChange={({ target }) => onOpen(String(target.value))}>
        <Flex vertical gap="small">
          {parts.map(({ key, label }) => (
            <Radio key={key} value={key}>
              {label}
            </Radio>
          ))}
        </Flex>
      </Radio.Group>
      {shown && <shown.Content />}
    </Flex>
  );
}
