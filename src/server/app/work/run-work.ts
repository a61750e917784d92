import type { OperationKind } from '../../../shared/domain';
import { sentence } from '../../core/errors';
import type { Coordinator } from '../../maintenance/coordinator';
import type { LedOperation } from '../../maintenance/led-operation';
import type { Coordination } from '../../ports';
import type { WorkContext, WorkMode } from './contract';
import { busyError, WorkError } from './work-error';
import { allEnds, withinWork, type WorkScope } from './work-scope';

export interface WorkDeps {
  readonly coordinator: Coordinator;
  readonly coordination: Coordination;
  /** Called as soon as this node leads: before anything is waited for. */
  readonly onLead: (operation: LedOperation) => void;
  /** Called when the operation has ended for the whole cluster. */
  readonly onSettled: (result: string) => void;
}

export interface WorkRequest {
  readonly kind: OperationKind;
  readonly mode: WorkMode;
  /** What people read. */
  readonly what: string;
  readonly requestedBy: string;
  readonly signal?: AbortSignal;
  /** Called in the scope's context when a command of the host begins in it. */
  readonly onCommand?: () => void;
}

export type Work<T> = (context: WorkContext, scope: WorkScope) => Promise<T>;

/** One operation around work of another plugin, from the lease to the end of what it has handed over. */
export async function runWork<T>(deps: WorkDeps, request: WorkRequest, run: Work<T>): Promise<T> {
  refuseIfAborted(request);
  const operation = await begin(deps, request);
  deps.onLead(operation);
  await reachWork(operation, request);
  const leading = untilAborted([request.signal, request.mode === 'quiet' ? operation.lost : operation.guard.lost]);
  try {
    return await perform(deps, request, operation, leading.signal, run);
  } finally {
    leading.release();
  }
}

async function perform<T>(
  { onSettled }: WorkDeps,
  request: WorkRequest,
  operation: LedOperation,
  signal: AbortSignal,
  run: Work<T>,
): Promise<T> {
  const scope = scopeOf(request, operation, signal);
  const outcome = await outcomeOf(async () => {
    const value = await withinWork(scope, () => run(scope.context, scope));
    await allEnds(scope);
    return value;
  });
  scope.over = true;
  const { settled } = await operation.complete('error' in outcome ? sentence(outcome.error) : undefined);
  void settled.then(onSettled);
  if ('error' in outcome) throw outcome.error;
  const lost = await lostBy(request, operation, settled);
  if (lost !== undefined) throw new WorkError('MAINTENANCE_LOST', `${request.what} was not alone to its end. ${lost}`);
  return outcome.value;
}

function scopeOf({ what, mode, onCommand }: WorkRequest, operation: LedOperation, signal: AbortSignal): WorkScope {
  const progress = (text: string) => operation.progress(text);
  const context = { signal, progress, epoch: operation.record.epoch, coordinated: true };
  return { what, mode, context, ends: [], over: false, ...(onCommand ? { onCommand } : {}) };
}

/** Without a guard others may have ended it, which shows only when its end is told. */
async function lostBy({ mode }: WorkRequest, operation: LedOperation, settled: Promise<string>) {
  if (mode === 'exclusive') return operation.guard.broken;
  return (await settled) === 'failed' ? (operation.record.reason ?? 'The lease was lost.') : undefined;
}

async function begin({ coordinator, coordination }: WorkDeps, request: WorkRequest): Promise<LedOperation> {
  const { kind, mode, what: subject, requestedBy } = request;
  const scope = mode === 'quiet' ? 'writes' : 'all';
  const begun = await coordinator.begin({ kind, subject, requestedBy, scope }).catch((error: unknown) => {
    const problem = coordination.problem() ?? sentence(error);
    throw new WorkError(
      'MAINTENANCE_COORDINATION_OFFLINE',
      `${subject} needs the coordination, which is offline: ${problem}`,
    );
  });
  if (begun.outcome === 'busy') throw busyError(subject, begun.record);
  return begun.operation;
}

/** Until the first change the caller can take it back, and nothing has happened. */
async function reachWork(operation: LedOperation, request: WorkRequest): Promise<void> {
  const { signal, what } = request;
  const onAbort = () => void operation.abort('Its caller took it back.');
  signal?.addEventListener('abort', onAbort, { once: true });
  if (signal?.aborted) onAbort();
  const drained = await operation.drain();
  signal?.removeEventListener('abort', onAbort);
  const entered = drained.ok ? await operation.enter() : drained;
  if (!entered.ok) throw new WorkError('MAINTENANCE_ABORTED', `${what} did not begin. ${entered.reason}`);
}

function refuseIfAborted({ signal, what }: WorkRequest): void {
  if (signal?.aborted) throw new WorkError('MAINTENANCE_ABORTED', `${what} did not begin. Its caller took it back.`);
}

async function outcomeOf<T>(run: () => Promise<T>): Promise<{ readonly value: T } | { readonly error: unknown }> {
  try {
    return { value: await run() };
  } catch (error) {
    return { error };
  }
}

/** One signal of several; `AbortSignal.any` is newer than the oldest Node.js that NocoBase runs on. */
function untilAborted(signals: readonly (AbortSignal | undefined)[]): { signal: AbortSignal; release: () => void } {
  const joint = new AbortController();
  const given = signals.filter((signal) => signal !== undefined);
  const listeners = given.map((signal) => {
    const onAbort = () => joint.abort(signal.reason);
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
    return () => signal.removeEventListener('abort', onAbort);
  });
  return { signal: joint.signal, release: () => listeners.forEach((forget) => forget()) };
}
