import type { OperationRecord } from '../../src/shared/domain';
import type { LedOperation } from '../../src/server/maintenance/led-operation';
import type { OperationRequest } from '../../src/server/maintenance/coordinator';
import { endFollowed } from '../../src/server/maintenance/followed';
import type { ModelNode } from './node';
import type { Simulation } from './simulation';

/** The work of an operation that a person had done again, in ms. */
const SECOND_WORK = 300;

/** As a request to the plugin manager does it. Resolves with what became of it, in a word. */
export async function operate(node: ModelNode, duration: number, digest: string): Promise<string> {
  if (!node.app.take()) return 'refused';
  // A leader does not wait for the request that began its operation.
  return lead(node, duration, { request: enabling(digest), onAnswer: () => node.app.answered() });
}

/** As a shell does it: a short process of its own, which serves nobody. */
export async function command(node: ModelNode, duration: number, digest: string): Promise<string> {
  const { agent } = node.parts;
  agent.start();
  const word = await lead(node, duration, { request: enabling(digest) });
  await agent.leave();
  if (node.host.state !== 'dead') node.kill();
  return word;
}

/** A person asked this node to take a held operation up. */
export async function doAgain(node: ModelNode, simulation: Simulation, held: OperationRecord): Promise<void> {
  const { epoch, kind, subject, requestedBy } = held;
  const { ledger, log, parts } = node;
  const deps = { ledger, log, journal: parts.journal, clock: simulation.clockOf(node.host) };
  await lead(node, SECOND_WORK, {
    request: { kind, subject, requestedBy, follows: epoch },
    onBegun: ({ record }) => endFollowed(held, record, 'Done again as a new operation.', deps),
  });
}

interface Wish {
  readonly request: OperationRequest;
  readonly onAnswer?: () => void;
  readonly onBegun?: (operation: LedOperation) => Promise<void>;
}

async function lead(node: ModelNode, duration: number, { request, onAnswer, onBegun }: Wish): Promise<string> {
  try {
    const begun = await node.parts.coordinator.begin(request).finally(onAnswer);
    if (begun.outcome === 'busy') return 'busy';
    node.takeLead(begun.operation);
    await onBegun?.(begun.operation);
    return await carryOut(node, duration, begun.operation);
  } catch (error) {
    node.log.warn('could not operate', { error });
    return 'offline';
  } finally {
    node.leading = undefined;
  }
}

async function carryOut({ app, host }: ModelNode, duration: number, operation: LedOperation): Promise<string> {
  const drained = await operation.drain();
  const entered = drained.ok ? await operation.enter() : drained;
  if (!entered.ok) return 'aborted';
  const { epoch, kind, subject, follows } = operation.record;
  const work = { epoch, kind, host, ...(follows === undefined ? {} : { follows }) };
  const failure = await app.work(work, duration, subject);
  const { settled } = await operation.complete(failure);
  return settled;
}

/** The subject is what the code is to be afterwards, so that it can be done again from what the record says. */
function enabling(subject: string): OperationRequest {
  return { kind: 'pm.enable', subject, requestedBy: 'model' };
}
