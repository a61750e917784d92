import type { NodePhase, OperationKind, OperationRecord } from '../../shared/domain';
import { isExclusive, isSettling, type Step } from './machine';
import { isLeftOpen, isManual, isStanding } from './standing';

/**
 * The node machine: what one process does about the operation it sees. Drawn in docs/machines.md.
 * A node leaves `waiting` (the door of a start) and enters traffic only after a report whose answer
 * showed no exclusive operation: the report and the look at the record are one step in the store.
 */
export const NODE_EVENTS = [
  'wait',
  'pass',
  'serve',
  'drain',
  'drained',
  'lead',
  'work-done',
  'reload',
  'verify',
  'resume',
  'fail',
  'leave',
] as const;
export type NodeEvent = (typeof NODE_EVENTS)[number];

export const NODE_MACHINE: Readonly<Record<NodePhase, Partial<Record<NodeEvent, NodePhase>>>> = {
  starting: { wait: 'waiting', serve: 'serving', drain: 'draining', fail: 'failed', leave: 'stopping' },
  waiting: { pass: 'starting', lead: 'working', fail: 'failed', leave: 'stopping' },
  serving: { drain: 'draining', leave: 'stopping' },
  draining: { drained: 'drained', resume: 'serving', leave: 'stopping' },
  drained: { drain: 'draining', lead: 'working', reload: 'reloading', resume: 'serving', leave: 'stopping' },
  working: { 'work-done': 'verifying', resume: 'serving', fail: 'failed', leave: 'stopping' },
  reloading: { verify: 'verifying', fail: 'failed', leave: 'stopping' },
  verifying: { serve: 'serving', reload: 'reloading', fail: 'failed', leave: 'stopping' },
  failed: { reload: 'reloading', drain: 'draining', leave: 'stopping' },
  stopping: {},
};

export function nodeStep(phase: NodePhase, event: NodeEvent): Step<NodePhase, NodeEvent> {
  const next = NODE_MACHINE[phase][event];
  if (next) return { ok: true, phase: next };
  return { ok: false, phase, event, sentence: `A node that is ${phase} cannot "${event}".` };
}

/** What the node knows of itself when it looks at the record. */
export interface NodeView {
  readonly bootId: string;
  readonly name: string;
  readonly phase: NodePhase;
  /** Epoch this node drained for; 0 when it did not. */
  readonly epoch: number;
  /** Epoch of the last operation whose effects are in this node's memory. */
  readonly fresh: number;
  /** Digest of the loaded code; empty until the app has loaded. */
  readonly fingerprint: string;
  /** It cannot reach the store: what it sees is what the database was told so far. */
  readonly blind?: boolean;
  /** It failed some time ago, and what was wrong may have passed. */
  readonly mayTryAgain?: boolean;
}

export type NodeDecision = 'none' | 'drain' | 'resume' | 'reload';

/**
 * What a node that does not lead must do about the record it just read. Idempotent: the same record read
 * twice, late or out of order never harms, because only the record counts and never the message about it.
 */
export function decide(node: NodeView, record: OperationRecord | undefined): NodeDecision {
  if (node.phase === 'stopping' || node.phase === 'waiting' || node.phase === 'starting') return 'none';
  if (!record || isOver(record)) return decideAfterwards(node, record);
  // A leader follows its own plan, until its operation stands: then it waits for the end of that like everybody.
  const leads = record.leader.bootId === node.bootId && !isStanding(record);
  return leads ? 'none' : decideRunning(node, record);
}

/** Another node works, or is about to: this one must not be in its way (rule R3). Nor in that of work by hand. */
export function mustStopFor(record: OperationRecord, node: Pick<NodeView, 'bootId' | 'name'>): boolean {
  const leads = record.leader.bootId === node.bootId && !isManual(record);
  return !leads && record.scope === 'all' && keepsAway(record, node);
}

/** The same for what writes alone, and so for the leader's own node, too. */
export function mustBeQuietFor(record: OperationRecord, node: Pick<NodeView, 'name'>): boolean {
  return record.scope === 'writes' && keepsAway(record, node);
}

function keepsAway(record: OperationRecord, node: Pick<NodeView, 'name'>): boolean {
  return !isOver(record) && isExclusive(record.phase) && !isLeftOpen(record, node);
}

/** A start that changes nothing is not in the way of work by hand: that node drains as soon as it is up. */
export function mayStartDuring(record: OperationRecord): boolean {
  return isManual(record);
}

/** Nobody is waited for any more, or it takes up what was held: what is under way somewhere all the same must not go on. */
export function isClosed(record: OperationRecord): boolean {
  return record.phase !== 'draining' || record.drained === true || record.follows !== undefined;
}

export function isOver(record: OperationRecord): boolean {
  return record.result !== undefined;
}

function decideRunning(node: NodeView, record: OperationRecord): NodeDecision {
  if (isExclusive(record.phase) && (record.scope === 'writes' || isLeftOpen(record, node))) {
    return decideBeside(node, record);
  }
  if (isExclusive(record.phase)) {
    // A failed node takes no traffic, but it is alive: it too must show that it has nothing under way. So must one that
    // drained for another operation: its acknowledgement is for that one alone.
    if (node.phase === 'drained') return node.epoch === record.epoch ? 'none' : 'drain';
    return node.phase === 'serving' || node.phase === 'failed' ? 'drain' : 'none';
  }
  if (record.phase === 'aborting' || isSettling(record.phase)) return decideAfterwards(node, record);
  return 'none';
}

/** The operation does not ask this node to stop: one that had stopped for something else comes back. */
function decideBeside(node: NodeView, record: OperationRecord): NodeDecision {
  if (node.phase === 'failed' && node.mayTryAgain && isManual(record)) return 'reload';
  if (owesReload(node, record)) {
    // It stood still, or was about to load when this began: what it serves is stale for as long as this takes.
    const idle = node.phase === 'serving' || (node.phase === 'drained' && node.epoch <= record.epoch);
    return idle ? 'reload' : 'none';
  }
  const stopped = node.phase === 'drained' || node.phase === 'draining';
  return stopped && node.epoch < record.epoch ? 'resume' : 'none';
}

/** Nothing keeps this node from traffic any more, but perhaps what it has in memory. */
function decideAfterwards(node: NodeView, record: OperationRecord | undefined): NodeDecision {
  if (node.phase === 'failed' && node.mayTryAgain) return 'reload';
  const drained = node.phase === 'drained' || node.phase === 'draining';
  if (node.phase !== 'serving' && !drained) return 'none';
  // An operation that this node acknowledged, and that this sight does not know of: its leader may rely on that still.
  // A store that can be reached and does not know it any more has forgotten it, and so whether it changed something.
  if (drained && node.epoch > (record?.epoch ?? 0)) return node.blind ? 'none' : 'reload';
  if (record && owesReload(node, record)) return 'reload';
  return drained ? 'resume' : 'none';
}

/**
 * True when the database was changed after this node loaded it: what it holds in memory (collections, plugin options) is
 * stale then, even where its code equals the target. That may be an operation that it never saw, because it was frozen
 * or cut off, so the record also tells of the last change before it.
 */
export function owesReload(node: Pick<NodeView, 'fresh' | 'fingerprint'>, record: OperationRecord): boolean {
  if (record.lastChange > node.fresh) return true;
  if (!record.changed || record.scope === 'writes' || record.epoch <= node.fresh) return false;
  return !FILES_ONLY.includes(record.kind) || record.target !== node.fingerprint;
}

/**
 * The last epoch whose effects are in a node that loads, or serves again, at this sight of the record. What was aborted
 * may still come: a store that was emptied forgets that it was, and its leader lives on.
 */
export function includedIn(record: OperationRecord | undefined): number {
  if (!record) return 0;
  return record.changed ? record.epoch : record.epoch - 1;
}

/** Kinds that change files and rows of plugins that are not enabled: nothing of it is in the memory of a node. */
const FILES_ONLY: readonly OperationKind[] = ['pm.add', 'pm.pull', 'pm.remove'];

/** This node has done what the operation asks of it before its work may begin. */
export function hasStopped(
  node: Pick<NodeView, 'name' | 'phase' | 'epoch'> & { readonly quietFor?: number },
  record: OperationRecord,
): boolean {
  if (isQuiet(node, record.epoch) || isLeftOpen(record, node)) return true;
  return record.scope === 'writes' && node.quietFor === record.epoch;
}

/** The app of this node is being loaded, or has just been and is asked whether it works. */
export function isLoading(phase: NodePhase): boolean {
  return phase === 'starting' || phase === 'reloading' || phase === 'verifying';
}

/** True when this node can have nothing under way that writes: it acknowledged `epoch`, or has not begun. */
export function isQuiet(node: { readonly phase: NodePhase; readonly epoch: number }, epoch: number): boolean {
  if (node.phase === 'waiting' || node.phase === 'stopping') return true;
  return node.phase === 'drained' && node.epoch === epoch;
}
