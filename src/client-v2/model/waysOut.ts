import type { StatusBody } from '../../shared/api';
import type { WayOut } from '../../shared/domain';
import type { Translate } from '../locale';

/** How an operation stands still after its first change. The server says so by telling ways out. */
export type Standstill = 'held' | 'leader-silent';

export function standstillOf({ operation, waysOut }: StatusBody): Standstill | undefined {
  if (!operation) return undefined;
  if (operation.phase === 'held') return 'held';
  return waysOut !== undefined && waysOut.length > 0 ? 'leader-silent' : undefined;
}

/** A server of before there were several ways tells none: it knows how to resume a held operation. */
export function waysOutOf(body: StatusBody, t: Translate): readonly WayOut[] {
  if (body.waysOut || body.operation?.phase !== 'held') return body.waysOut ?? [];
  const consequence = [
    t('Every node reloads what the database now says and takes traffic again.'),
    t('Nothing is undone and nothing is repeated: work that stopped halfway stays as it is.'),
  ];
  return [{ resolution: 'resume', consequence: consequence.join(' ') }];
}
