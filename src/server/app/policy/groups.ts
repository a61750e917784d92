import type { ActionGroup } from '../../../shared/policy';
import { riskOf, riskOfCommand, type Risk } from '../../core/policy/risks';

/** An action by the name by which rules know it: `resource:action`, or the name of a command. */
export function riskNamed(action: string): Risk | undefined {
  const command = riskOfCommand(action);
  const at = action.lastIndexOf(':');
  return command ?? (at < 0 ? undefined : riskOf(action.slice(0, at), action.slice(at + 1), true));
}

export function groupOf(action: string): ActionGroup | undefined {
  return riskNamed(action)?.group;
}
