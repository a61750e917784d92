import { AppSupervisor } from '@nocobase/server';
import type { ProbeBody } from '../../shared/api';
import type { MaintenanceNode } from '../maintenance/node';
import type { RequestGate } from './request-gate';

export interface Probed {
  /** Name of the app within the process. */
  readonly app: string;
  readonly node: string;
  readonly gate: RequestGate;
  readonly agent: MaintenanceNode['agent'] | undefined;
}

/** What `ready` answers: whether balancers should send requests to this node, and otherwise why not. */
export async function readiness({ app, node, gate, agent }: Probed): Promise<{ ready: boolean; body: ProbeBody }> {
  const phase = agent?.current ?? 'starting';
  const reason = agent?.why;
  const body = { status: phase, node, ...(reason ? { reason } : {}) };
  if (phase !== 'serving' || !gate.isOpen) return { ready: false, body };
  // The host may reload by itself, without an operation: `running` is its own word for "I answer".
  const ready = (await AppSupervisor.getInstance().getAppStatus(app)) === 'running';
  return { ready, body: { status: ready ? 'serving' : 'reloading', node } };
}
