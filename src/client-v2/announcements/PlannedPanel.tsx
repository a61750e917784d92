import { Button, Card, Flex, Typography } from 'antd';
import React, { useState } from 'react';
import type { Announcement } from '../../shared/announcements';
import { useTight } from '../components/useTight';
import { useT } from '../locale';
import { useRight } from '../policy/useRight';
import { useSecondWhile } from '../status/useAge';
import { AnnounceModal } from './AnnounceModal';
import { useAnnouncements, useSight, type Announcements } from './context';
import { isOver } from './model';
import { PlannedItem } from './PlannedItem';
import { serverNow } from './watch';

/** What users are told of, on the page of those who say so. */
export function PlannedPanel() {
  const announcements = useAnnouncements();
  return announcements ? <Planned {...announcements} /> : null;
}

/** On a telephone the host's menu leaves less room than the words need in some languages. */
const NARROW = { maxWidth: '100%', height: 'auto', whiteSpace: 'normal' } as const;

/** Which announcement is being written: another one, or the change of one. */
type Writing = 'new' | Announcement;

function Planned({ watch, api }: Announcements) {
  const t = useT();
  const mayOperate = useRight('operate');
  const tight = useTight();
  const [writing, setWriting] = useState<Writing>();
  const sight = useSight(watch);
  const now = serverNow(sight, useSecondWhile(sight.announcements.length > 0));
  const planned = sight.announcements.filter((one) => !isOver(one, now));
  return (
    <Card size={tight ? 'small' : 'default'}>
      <Flex vertical gap="middle">
        <Flex wrap justify="space-between" align="center" gap="small">
          <Typography.Text strong={planned.length > 0}>
            {planned.length > 0 ? t('Planned maintenance') : t('No maintenance is announced.')}
          </Typography.Text>
          {mayOperate && (
            <Button style={NARROW} onClick={() => setWriting('new')}>
              {`${t('Announce maintenance')}…`}
            </Button>
          )}
        </Flex>
        {planned.map((one) => (
          <PlannedItem
            key={one.id}
            announcement={one}
            now={now}
            onChange={mayOperate ? () => setWriting(one) : undefined}
            onWithdraw={() => api.withdraw(one.id)}
            onDone={watch.refresh}
          />
        ))}
      </Flex>
      <AnnounceModal
        writing={writing}
        onSend={(body) => api.announce(body)}
        onDone={watch.refresh}
        onClose={() => setWriting(undefined)}
      />
    </Card>
  );
}
