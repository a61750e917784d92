import { servesElsewhere } from '../core/handover';
import type { NodeAgent } from '../maintenance/node-agent';
import type { RequestGate } from './request-gate';

/** How often it looks when nothing wakes it, in milliseconds. */
const LOOK_EVERY = 1_000;

/**
 * Tells the gate when requests need not wait here, from what this node sees anyway: nobody is asked for it. Ends with
 * the signal.
 */
export async function watchForHandover(
  agent: Pick<NodeAgent, 'lastRecord' | 'self' | 'nextSight'>,
  gate: Pick<RequestGate, 'handover'>,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    gate.handover = servesElsewhere(agent.lastRecord, agent.self);
    await agent.nextSight(LOOK_EVERY, signal);
  }
  gate.handover = false;
}
