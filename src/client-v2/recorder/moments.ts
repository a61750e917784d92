import type { JournalEntry, OperationRecord } from '../../shared/domain';

/** A line of the journal with the moment at which it is drawn. */
export interface Moment {
  readonly entry: JournalEntry;
  /** Its place in the journal: what is selected, linked and listed goes by it. */
  readonly index: number;
  readonly at: number;
}

/** The lines of one node, and what had to be done to draw them beside those of others. */
export interface NodeMoments {
  readonly bootId: string;
  readonly name: string;
  readonly isLeader: boolean;
  /** Milliseconds by which its clock was wrong at least; they are taken off again. 0: nothing speaks against it. */
  readonly shift: number;
  readonly moments: readonly Moment[];
  /** Lines that this node wrote and that are nowhere. */
  readonly missing: number;
}

/**
 * The journal node by node, the leader first. A clock may jump back: the order in which a node wrote is truer. Clocks of
 * machines disagree: a node that acknowledged before it was asked, or after nobody waited any more, is moved.
 */
export function momentsOf(record: OperationRecord, journal: readonly JournalEntry[]): readonly NodeMoments[] {
  const nodes = new Map<string, Moment[]>();
  journal.forEach((entry, index) => {
    const own = nodes.get(entry.node.bootId) ?? [];
    own.push({ entry, index, at: Math.max(entry.at, own.at(-1)?.at ?? 0) });
    nodes.set(entry.node.bootId, own);
  });
  const leader = nodes.get(record.leader.bootId) ?? [];
  const lanes = [...nodes].map(([bootId, own]): NodeMoments => {
    const isLeader = bootId === record.leader.bootId;
    const shift = isLeader ? 0 : shiftOf(own, leader);
    const moments = own.map((moment) => ({ ...moment, at: moment.at - shift }));
    const last = Math.max(...own.map(({ entry }) => entry.seq));
    const name = own[0]?.entry.node.name ?? bootId;
    return { bootId, name, isLeader, shift, moments, missing: last - own.length };
  });
  return lanes.sort((a, b) => Number(b.isLeader) - Number(a.isLeader) || byName(a.name, b.name));
}

/** Cause comes before effect: the leader asks, the node acknowledges, the leader goes on. */
function shiftOf(own: readonly Moment[], leader: readonly Moment[]): number {
  const acknowledged = own.find(({ entry }) => entry.event === 'node.acknowledged')?.at;
  const asked = leader.find(({ entry }) => entry.event === 'operation.begun')?.at;
  if (acknowledged === undefined || asked === undefined) return 0;
  if (acknowledged < asked) return acknowledged - asked;
  const gone = leader.find(({ entry }) => goesOn(entry))?.at;
  return gone !== undefined && acknowledged > gone ? acknowledged - gone : 0;
}

function goesOn({ event, text }: JournalEntry): boolean {
  return event === 'work.first-change' || (event === 'operation.phase' && /^draining → working/.test(text));
}

function byName(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}
