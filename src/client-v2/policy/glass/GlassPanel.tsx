import { Button, Flex } from 'antd';
import React, { useCallback, useState, type ReactNode } from 'react';
import type { GlassBody } from '../../../shared/policy-api';
import { Notice } from '../../components/Notice';
import { WrappingButton } from '../../components/WrappingButton';
import { ProblemNotice } from '../../decisions/ProblemNotice';
import { useT } from '../../locale';
import { formatClock } from '../../model/time';
import { useSecond } from '../../status/useAge';
import { usePolicyApi } from '../api';
import { useLoaded } from '../useLoaded';
import { useRight } from '../useRight';
import { useSubmission } from '../useSubmission';
import { GlassModal } from './GlassModal';

const EVERY_MS = 15_000;

export interface GlassPanelProps {
  /** What stands below, with the button that opens the way; undefined when there is none. */
  readonly children: (button: ReactNode) => ReactNode;
}

/** The way past the policy in an emergency: who took it, for how much longer, and how to end it. */
export function GlassPanel({ children }: GlassPanelProps) {
  const t = useT();
  const api = usePolicyApi();
  const mayBreak = useRight('breakGlass');
  const [open, setOpen] = useState(false);
  const { body, reload, replace } = useLoaded(
    useCallback((signal: AbortSignal) => api.glass(signal), [api]),
    EVERY_MS,
  );
  const broken = body?.broken;
  const button = body && !broken && mayBreak && (
    <WrappingButton danger onClick={() => setOpen(true)}>{`${t('Break the glass')}…`}</WrappingButton>
  );
  return (
    <>
      {broken && <Broken broken={broken} onMended={replace} onOver={reload} />}
      {children(button)}
      <GlassModal open={open} onBroken={replace} onClose={() => setOpen(false)} />
    </>
  );
}

interface BrokenProps {
  readonly broken: NonNullable<GlassBody['broken']>;
  readonly onMended: (body: GlassBody) => void;
  readonly onOver: () => void;
}

function Broken({ broken: { by, reason, until, isOwn }, onMended, onOver }: BrokenProps) {
  const t = useT();
  const api = usePolicyApi();
  const { busy, problem, send } = useSubmission();
  return (
    <Notice
      type="error"
      message={isOwn ? t('You have set the policy aside.') : t('{{name}} has set the policy aside.', { name: by })}
      description={
        <Flex vertical gap="small">
          <span>{reason}</span>
          <TimeLeft until={until} onOver={onOver} />
          <span>{t('Everything that is done meanwhile is recorded, and admins were told.')}</span>
          {problem && <ProblemNotice problem={problem} />}
          {isOwn && (
            <Flex>
              <Button loading={busy} onClick={() => void send(async () => onMended(await api.mendGlass()))}>
                {t('End it now')}
              </Button>
            </Flex>
          )}
        </Flex>
      }
    />
  );
}

function TimeLeft({ until, onOver }: { readonly until: number; readonly onOver: () => void }) {
  const t = useT();
  useSecond();
  const left = until - Date.now();
  if (left > 0) return <span>{t('Ends by itself in {{time}}.', { time: formatClock(left) })}</span>;
  return (
    <Button size="small" onClick={onOver}>
      {t('It should have ended. Look again')}
    </Button>
  );
}
