import { CLUSTER_PHASES, NODE_PHASES, type JournalEntry, type OperationRecord } from '../../shared/domain';
import { momentsOf, type Moment, type NodeMoments } from './moments';
import { scaleOf, type Scale } from './scale';

/** A phase of the operation or of a node, from moment to moment. */
export interface Bar {
  readonly phase: string;
  readonly from: number;
  readonly to: number;
}

/** Lines that stand so near to each other that they are drawn as one mark; its place on the line from 0 to 1. */
export interface Mark {
  readonly at: number;
  readonly moments: readonly Moment[];
}

export interface Lane extends NodeMoments {
  readonly bars: readonly Bar[];
  readonly marks: readonly Mark[];
}

/** What a flight recorder shows. */
export interface Timeline {
  readonly scale: Scale;
  /** Phases of the operation. */
  readonly phases: readonly Bar[];
  readonly lanes: readonly Lane[];
}

interface Change {
  readonly at: number;
  readonly phase: string;
}

/** Marks that are nearer would cover each other. */
const NEAREST_MARKS = 0.015;

export function timelineOf(record: OperationRecord, journal: readonly JournalEntry[]): Timeline {
  const nodes = momentsOf(record, journal);
  const all = nodes.flatMap(({ moments }) => moments).sort((a, b) => a.index - b.index);
  const ends = record.endedAt === undefined ? [] : [record.endedAt];
  const scale = scaleOf([...(all.length === 0 ? [record.startedAt] : []), ...ends, ...all.map(({ at }) => at)]);
  const lanes = nodes.map((node) => ({ ...node, bars: nodeBars(node, scale), marks: marksOf(node.moments, scale) }));
  return { scale, phases: operationBars(all, scale, record), lanes };
}

/** Words of later versions are left out: there is nothing to draw them with. */
const CHANGE = /^(\w+) → (\w+)/;
const isNodePhase = (word: string) => NODE_PHASES.some((phase) => phase === word);
const isClusterPhase = (word: string) => CLUSTER_PHASES.some((phase) => phase === word);

/** What a node was before its first word of this operation, it was from the beginning. */
function nodeBars({ moments }: NodeMoments, { start, end }: Scale): readonly Bar[] {
  const changes = moments
    .filter(({ entry }) => entry.event === 'node.phase')
    .map(({ at, entry }) => ({ at, words: CHANGE.exec(entry.text)?.slice(1, 3) ?? [] }))
    .filter(({ words }) => words.length === 2 && words.every(isNodePhase));
  const before = changes[0]?.words[0];
  const known = changes.map(({ at, words }) => ({ at, phase: words[1] ?? '' }));
  return barsOf([...(before === undefined ? [] : [{ at: start, phase: before }]), ...known], end);
}

function operationBars(all: readonly Moment[], { end }: Scale, record: OperationRecord): readonly Bar[] {
  const changes = all.map(({ at, entry }) => ({ at, phase: phaseAfter(entry) })).filter(({ phase }) => phase !== '');
  return barsOf(changes, record.endedAt ?? end).filter(({ phase }) => phase !== 'idle');
}

/** The phase that the operation is in from this line on; empty when it says nothing of that. */
function phaseAfter({ event, text }: JournalEntry): string {
  if (event === 'work.first-change') return 'working';
  if (event === 'operation.ended') return 'idle';
  const word =
    event === 'operation.begun'
      ? /; (\w+)\.$/.exec(text)?.[1]
      : event === 'operation.phase'
        ? CHANGE.exec(text)?.[2]
        : event === 'operation.settled'
          ? settled(/^(\w+)/.exec(text)?.[1])
          : undefined;
  return word !== undefined && isClusterPhase(word) ? word : '';
}

/** Either it is held, or it is over with a result. */
function settled(word: string | undefined): string | undefined {
  return word === undefined || isClusterPhase(word) ? word : 'idle';
}

/** The same phase said twice is one; the last one goes on until `end`. */
function barsOf(changes: readonly Change[], end: number): readonly Bar[] {
  const distinct = changes.filter(({ phase }, index) => phase !== changes[index - 1]?.phase);
  return distinct.map(({ at, phase }, index) => {
    return { phase, from: at, to: Math.max(at, distinct[index + 1]?.at ?? end) };
  });
}

function marksOf(moments: readonly Moment[], scale: Scale): readonly Mark[] {
  const marks: { at: number; moments: Moment[] }[] = [];
  for (const moment of moments) {
    const at = scale.place(moment.at);
    const last = marks.at(-1);
    if (last && at - last.at < NEAREST_MARKS) last.moments.push(moment);
    else marks.push({ at, moments: [moment] });
  }
  return marks;
}
