import type { GlobalToken } from 'antd';
import type { JournalEvent } from '../../shared/domain';

const HUES = {
  acquiring: 'gold',
  starting: 'gold',
  waiting: 'gold',
  draining: 'orange',
  working: 'blue',
  reloading: 'purple',
  verifying: 'cyan',
  resuming: 'green',
  serving: 'green',
  held: 'red',
  failed: 'red',
  aborting: 'red',
} as const;

export interface Paint {
  readonly background: string;
  readonly border: string;
}

/** Of a phase, in light and dark themes alike: the host's palette turns around with the theme, so words stay readable. */
export function paintOf(phase: string, token: GlobalToken): Paint {
  const hue = HUES[phase as keyof typeof HUES];
  if (hue === undefined) return { background: token.colorFillSecondary, border: token.colorBorder };
  return { background: token[`${hue}-2`], border: token[`${hue}-5`] };
}

const TROUBLE: ReadonlySet<JournalEvent> = new Set<JournalEvent>([
  'lease.troubled',
  'lease.lost',
  'guard.refused',
  'guard.lost',
  'guard.broken',
  'node.stopped',
  'operation.settled',
]);

export function isTrouble(event: JournalEvent): boolean {
  return TROUBLE.has(event);
}
