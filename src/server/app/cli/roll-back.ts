import type { NodeAgent } from '../../maintenance/node-agent';
import type { RollBacks } from '../backups/roll-backs';
import { told, type CliOutcome } from './outcome';

/** This process leads the operation to its end: it also works when no node comes up any more. */
export async function rollBack(
  rollBacks: RollBacks,
  agent: Pick<NodeAgent, 'start'>,
  operationId: string,
  by: string,
): Promise<CliOutcome> {
  // To be seen, and to see when somebody cancels it.
  agent.start();
  const begun = await rollBacks.ask(operationId, by);
  if (!begun.ok) return told(begun);
  const end = await begun.ended;
  const { id } = begun.operation;
  if (end.end !== 'restored') {
    const state = end.end === 'broken' ? `The roll-back ${id} is held. ` : '';
    return told({ ok: false, refusal: `${state}${end.reason}` });
  }
  return {
    text: `Rolled back by operation ${id}. ${end.remark ?? ''}`.trim(),
    json: { ok: true, operation: id },
    code: 0,
  };
}
