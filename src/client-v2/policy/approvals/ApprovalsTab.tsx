import { Tabs } from 'antd';
import React, { useState } from 'react';
import { useT } from '../../locale';
import { AuditList } from './AuditList';
import { QueueList } from './QueueList';
import { RequestLists } from './RequestLists';

/** What waits for a person or for its time, and what became of everything that was tried. */
export function ApprovalsTab() {
  const t = useT();
  const [open, setOpen] = useState('requests');
  const parts = [
    { key: 'requests', label: t('Requests'), Content: RequestLists },
    { key: 'queue', label: t('Waiting for a window'), Content: QueueList },
    { key: 'audit', label: t('Audit'), Content: AuditList },
  ];
  // Only the open one exists, so nothing else asks the server.
  const items = parts.map(({ key, label, Content }) => ({
    key,
    label,
    children: key === open ? <Content /> : null,
  }));
  return <Tabs size="small" type="card" activeKey={open} onChange={setOpen} items={items} animated={false} />;
}
