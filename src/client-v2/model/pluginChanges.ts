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

/** Only nodes with the new plugins serve then: a browser that loads the app now gets them. */
const AFTER_WORK: ReadonlySet<ClusterPhase> = new Set<ClusterPhase>(['reloading', 'verifying', 'resuming']);

/** The newest operation whose change a browser had that was told `body` when it opened the page; 0 when none. */
export function epochAtOpening({ operation, lastOperation }: StatusBody): number {
  if (operation && AFTER_WORK.has(operation.phase)) return operation.epoch;
  return lastOperation?.epoch ?? 0;
}

/** Whether an operation after `epoch` has changed the plugins. */
export function pluginsChangedSince(epoch: number, { lastOperation }: StatusBody): boolean {
  if (!lastOperation || lastOperation.epoch <= epoch || !CHANGES_PLUGINS.has(lastOperation.kind)) return false;
  return lastOperation.result === 'done' || lastOperation.result === 'degraded';
}
