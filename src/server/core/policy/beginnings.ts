import { accessOfAction } from '../access';
import { isHarmless, riskOf } from './risks';

/** What every table of the host can do with its rows: the host's own code does it, which begins nothing. */
const ROW_ACTIONS: ReadonlySet<string> = new Set([
  ...['create', 'update', 'destroy', 'updateOrCreate', 'firstOrCreate'],
  ...['add', 'set', 'remove', 'toggle', 'move'],
]);

/** Whether an action may begin an operation, as far as its name tells. An action that nobody here knows may. */
export function mayBeginOperation(resource: string, action: string): boolean {
  if (accessOfAction({ resource, action }) === 'read') return false;
  const risk = riskOf(resource, action, true);
  if (risk) return risk.class !== 'sensitive' && risk.class !== 'schema';
  return !ROW_ACTIONS.has(action) && !isHarmless(resource, action);
}
