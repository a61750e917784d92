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
  // To the end for the whole cluster: the others wait for this process, too.
  const { here, result } = await begun.ended;
  const { id } = begun.operation;
  if (here.end !== 'restored') {
    const state = here.end === 'broken' ? `The roll-back ${id} is held. ` : '';
    return told({ ok: false, refusal: `${state}${here.reason}` });
  }
  const rest = result === 'done' ? '' : `It ended ${result}: see "maintenance get ${id}".`;
  const text = `Rolled back by operation ${id}. ${here.remark ?? rest}`.trim();
  return { text, json: { ok: true, operation: id, result }, code: 0 };
}
