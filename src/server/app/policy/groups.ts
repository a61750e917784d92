import type { ActionGroup } from '../../../shared/policy';
import { accessOfAction } from '../../core/access';
import { riskOf, riskOfCommand, type Risk } from '../../core/policy/risks';

function mayWrite(name: string): boolean {
  const at = name.lastIndexOf(':');
  return at > 0 && accessOfAction({ resource: name.slice(0, at), action: name.slice(at + 1) }) === 'write';
}

/** What an action risks, by the name by which rules know it: `resource:action`, or the name of a command. */
export function riskNamed(name: string): Risk | undefined {
  const command = riskOfCommand(name);
  const at = name.lastIndexOf(':');
  if (command || at < 0) return command;
  const [resource, action] = [name.slice(0, at), name.slice(at + 1)];
  return riskOf(resource, action, accessOfAction({ resource, action }) === 'write');
}

/** Of what somebody was asked about: what no list knows has been named by a rule then. */
export function groupOf(action: string): ActionGroup | undefined {
  return riskNamed(action)?.group ?? (mayWrite(action) ? 'other' : undefined);
}
