import { Button, Flex, Typography } from 'antd';
import React from 'react';
import { endOf, type Announcement } from '../../shared/announcements';
import { ProblemNotice } from '../decisions/ProblemNotice';
import { useLanguage, useT } from '../locale';
import { formatDate } from '../policy/moments';
import { useSubmission } from '../policy/useSubmission';
import { headlineOf } from './words';

export interface PlannedItemProps {
  readonly announcement: Announcement;
  /** By the clock of the server. */
  readonly now: number;
  /** Undefined: this person only looks. */
  readonly onChange: (() => void) | undefined;
  readonly onWithdraw: () => Promise<void>;
  readonly onDone: () => void;
}

/** One announcement as users read it, and who has made it. */
export function PlannedItem({ announcement, now, onChange, onWithdraw, onDone }: PlannedItemProps) {
  const t = useT();
  const language = useLanguage();
  const { startsAt, message, announcedBy, queued } = announcement;
  const end = endOf(announcement);
  const when = [startsAt, ...(end === undefined ? [] : [end])].map((moment) => formatDate(moment, language));
  return (
    <Flex vertical gap={4} style={{ overflowWrap: 'anywhere' }}>
      <span>{headlineOf(announcement, now, { t, language })}</span>
      <Typography.Text type="secondary">{when.join(' – ')}</Typography.Text>
      {message !== '' && <span>{t('Users read: {{text}}', { text: message })}</span>}
      {announcedBy !== undefined && (
        <Typography.Text type="secondary">{t('Announced by {{name}}', { name: announcedBy })}</Typography.Text>
      )}
      {queued && <Typography.Text type="secondary">{t('It waits for its window.')}</Typography.Text>}
      {onChange && <Buttons onChange={onChange} onWithdraw={onWithdraw} onDone={onDone} />}
    </Flex>
  );
}

type ButtonsProps = Required<Pick<PlannedItemProps, 'onChange' | 'onWithdraw' | 'onDone'>>;

function Buttons({ onChange, onWithdraw, onDone }: ButtonsProps) {
  const t = useT();
  const { busy, problem, send, reset } = useSubmission();
  const withdraw = async () => {
    if (!(await send(onWithdraw))) return;
    onDone();
    reset();
  };
  return (
    <>
      <Flex wrap gap="small">
        <Button size="small" onClick={onChange}>{`${t('Change')}…`}</Button>
        <Button size="small" loading={busy} onClick={() => void withdraw()}>
          {t('Withdraw')}
        </Button>
      </Flex>
      {problem && <ProblemNotice problem={problem} />}
    </>
  );
}
