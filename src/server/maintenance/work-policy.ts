import type { NodeReport } from '../../shared/domain';
import type { BackgroundPolicy, Timings } from '../core/settings';

/** Why an operation gives up at once, if it does not wait for background work; undefined: it waits. */
export function refusalOf(
  policy: BackgroundPolicy,
  nodes: readonly Pick<NodeReport, 'name' | 'work'>[],
): string | undefined {
  const busy = nodes.filter(({ work = [] }) => work.length > 0);
  if (policy !== 'abort' || busy.length === 0) return undefined;
  const names = busy.map(({ name, work = [] }) => `${name} (${work.join(', ')})`);
  return `Background work runs, which is not waited for: ${names.join(', ')}. Nothing was changed; try again.`;
}

/** How long a node waits for its background work if it goes on without it: its word has to arrive before the deadline. */
export function patienceOf({ drainDeadline, tick }: Timings): number {
  return Math.max(drainDeadline / 2, drainDeadline - 2 * tick);
}

/**
 * What becomes of background work that does not end. `wait`: the drain waits, until its signal aborts. `cut-off`: it goes
 * on without that work, which cannot write any more. `leave`: the same on a leader, which needs its database itself.
 */
export type Late = 'wait' | 'cut-off' | 'leave';

export function lateOf(policy: BackgroundPolicy, role: 'leader' | 'follower'): Late {
  if (policy !== 'go-on') return 'wait';
  return role === 'leader' ? 'leave' : 'cut-off';
}
