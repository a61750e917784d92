import type { StatusBody } from '../../shared/api';
import type { ClusterPhase, OperationKind } from '../../shared/domain';

/** What these do decides which plugins a browser loads with the app. */
const CHANGES_PLUGINS: ReadonlySet<OperationKind> = new Set<OperationKind>([
  'install',
  'upgrade',
  'pm.enable',
  'pm.enable-all',
  'pm.disable',
  'pm.update',
  'pm.remove',
]);

/** Only nodes with the new plugins serve then, so an app that is loaded now has them. */
const AFTER_WORK: ReadonlySet<ClusterPhase> = new Set<ClusterPhase>(['reloading', 'verifying', 'resuming']);

/** The newest operation that was over, as far as a browser is concerned, when `body` was told; 0 when none. */
export function epochOfApp({ operation, lastOperation }: StatusBody): number {
  if (operation && AFTER_WORK.has(operation.phase)) return operation.epoch;
  return lastOperation?.epoch ?? 0;
}

/** Whether plugins have changed since the app of this browser was loaded at `epoch`. */
export function pluginsChangedSince(epoch: number, { lastOperation }: StatusBody): boolean {
  if (!lastOperation || lastOperation.epoch <= epoch || !CHANGES_PLUGINS.has(lastOperation.kind)) return false;
  return lastOperation.result === 'done' || lastOperation.result === 'degraded';
}
