import type { OperationKind, OperationRecord } from '../../shared/domain';
import type { Announcement } from '../../shared/announcements';
import type { News, NewsEvent } from '../../shared/news';
import { isOver } from './node-machine';
import { isStanding } from './standing';

/** An operation that is in one phase for longer has to be looked at, in milliseconds. */
export const WAITS_LONG = 60_000;
/** A node that differs for longer does not come right by itself, in milliseconds. */
export const DRIFTS_LONG = 60_000;
/** What ended earlier is no news for a node that sees it first, in milliseconds. */
const OLD = 600_000;
/** They come every day, and stop nobody who reads. */
const ROUTINE: readonly OperationKind[] = ['backup'];

/** A node that does not run what the database was left for. */
export interface DriftingNode {
  readonly bootId: string;
  readonly name: string;
  readonly fingerprint: string;
}

export interface BrokenGlass {
  readonly id: string;
  /** Name of the person. */
  readonly by: string;
  readonly reason: string;
  /** Milliseconds since 1970. */
  readonly until: number;
}

/**
 * What the record says that somebody should be told of. Every node that sees it says the same, under the same id: which of
 * them tells it is not decided here. `phaseFor`: how long this node has seen it in its phase, in milliseconds.
 */
export function newsOf(record: OperationRecord, phaseFor: number, now: number): News | undefined {
  if (isOver(record)) return endOf(record, now);
  if (record.phase === 'held') {
    return newsFor(record, 'held', now, `${record.reason ?? ''} Look at it on the page of cluster maintenance.`);
  }
  if (ROUTINE.includes(record.kind)) return undefined;
  if (phaseFor >= WAITS_LONG && !isStanding(record)) return waiting(record, phaseFor, now);
  return newsFor(record, 'started', now, `${record.leader.name} leads, for ${record.requestedBy}.`);
}

export function driftNews({ bootId, name, fingerprint }: DriftingNode, now: number): News {
  const text = `${name} runs other code or plugins than the database was left for. The page of cluster maintenance says which.`;
  return { id: `drift:${bootId}:${fingerprint}`, event: 'drift', at: now, title: `${name} differs`, text };
}

/** Somebody has set the policy aside: whoever is told of anything is told of that. */
export function glassNews({ id, by, reason, until }: BrokenGlass, now: number): News {
  const text = `${by} has set the policy aside until ${new Date(until).toISOString()}: ${reason}`;
  return { id: `glass:${id}`, event: 'break-glass', at: now, title: `${by} broke the glass`, text };
}

/** Users are told of a maintenance to come; each change of it is told again. */
export function announcedNews(
  { id, revision, startsAt, minutes, message, announcedBy }: Announcement,
  now: number,
): News {
  const start = new Date(startsAt).toISOString();
  const length = minutes === undefined ? '' : `, about ${minutes} min long`;
  const text = `${announcedBy ?? ''} has announced it to all users${length}${message === '' ? '.' : `: ${message}`}`;
  return { id: `announced:${id}:${revision}`, event: 'announced', at: now, title: `Maintenance at ${start}`, text };
}

function endOf(record: OperationRecord, now: number): News | undefined {
  const { result, endedAt = 0, reason = '' } = record;
  if (now - endedAt > OLD) return undefined;
  const failed = result === 'failed' || result === 'aborted';
  if (!failed && ROUTINE.includes(record.kind)) return undefined;
  return newsFor(record, failed ? 'failed' : 'finished', now, reason === '' ? 'Every node serves.' : reason);
}

function waiting(record: OperationRecord, phaseFor: number, now: number): News {
  const seconds = Math.round(phaseFor / 1000);
  const whom = record.waitingFor.length > 0 ? ` It waits for ${record.waitingFor.join(', ')}.` : '';
  const news = newsFor(record, 'waiting', now, `It has been ${record.phase} for ${seconds} s.${whom}`);
  return { ...news, id: `${news.id}:${record.phase}` };
}

function newsFor(record: OperationRecord, event: NewsEvent, now: number, text: string): News {
  const { id, epoch, kind, subject, phase, result, leader, requestedBy, startedAt } = record;
  const what = [kind, subject].filter(Boolean).join(' ');
  const known = { id, epoch, kind, subject, phase, leader: leader.name, requestedBy, startedAt };
  const operation = result === undefined ? known : { ...known, result };
  return { id: `${id}:${event}`, event, at: now, title: `${what}: ${result ?? event}`, text: text.trim(), operation };
}
