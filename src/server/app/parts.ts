import type { Application } from '@nocobase/server';
import type { Clock } from '../core/clock';
import type { Settings } from '../core/settings';
import { Coordinator } from '../maintenance/coordinator';
import { NodeAgent } from '../maintenance/node-agent';
import type { Coordination, Guard } from '../ports';
import { appLog } from './app-log';
import { CommandGate } from './command-gate';
import { HostLifecycle } from './lifecycle';
import type { LoadedCode } from './loaded-code';
import type { RequestGate } from './request-gate';

/** Everything that exists only while the plugin is switched on in this process. */
export interface Parts {
  readonly coordination: Coordination;
  readonly guard: Guard;
  readonly lifecycle: HostLifecycle;
  readonly agent: NodeAgent;
  readonly coordinator: Coordinator;
  readonly commands: CommandGate;
  readonly clock: Clock;
  readonly gate: RequestGate;
}

export interface PartsSource {
  readonly settings: Settings;
  readonly clock: Clock;
  readonly role: 'app' | 'command';
  readonly gate: RequestGate;
  readonly code: LoadedCode;
  readonly coordination: Coordination;
  readonly guard: Guard;
  readonly onSettled: (result: string) => void;
}

export function assembleParts(app: Application, source: PartsSource): Parts {
  const { settings, coordination, guard, clock, gate, code, role, onSettled } = source;
  const log = appLog(app);
  const exit = settings.reload === 'exit' ? () => void process.kill(process.pid, 'SIGTERM') : undefined;
  const lifecycle = new HostLifecycle({ app, gate, code, clock, exit });
  const shared = { settings, coordination, guard, app: lifecycle, clock, log };
  const agent = new NodeAgent({ ...shared, role, version: app.getPackageVersion() });
  const coordinator = new Coordinator({ ...shared, agent });
  const commands = new CommandGate({ app, coordinator, coordination, lifecycle, onSettled });
  return { coordination, guard, lifecycle, agent, coordinator, commands, clock, gate };
}

/** Idempotent ends, in the order in which others would miss them. */
export async function closeParts({ agent, coordination, guard }: Parts): Promise<void> {
  await agent.leave();
  await coordination.close();
  await guard.close();
}
