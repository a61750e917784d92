import type { RequestGate } from '../../../../src/server/app/request-gate';
import { sentence } from '../../../../src/server/core/errors';
import type { LedOperation } from '../../../../src/server/maintenance/led-operation';
import type { MaintenanceNode } from '../../../../src/server/maintenance/node';
import type { Coordination, Log } from '../../../../src/server/ports';
import { RESOLUTIONS } from '../../../../src/shared/domain';
import { SLOW_TABLE, USER_TABLE } from '../words';
import type { LightApp } from './app';
import type { Asked, Reply } from './http';

export interface ActionDeps extends Pick<MaintenanceNode, 'coordinator' | 'resolver'> {
  readonly app: LightApp;
  readonly gate: RequestGate;
  readonly coordination: Pick<Coordination, 'problem'>;
  readonly log: Log;
  /** Ends this process in order. */
  readonly stop: () => void;
}

type Action = (deps: ActionDeps, asked: Asked) => Promise<Reply>;

/** The little of the host's HTTP interface that is needed to operate, to write, and to find a way out. */
const ACTIONS: Readonly<Record<string, Action>> = {
  __health_check: async ({ app }) => reply(app.loaded() ? 200 : 503, 'ok'),
  'pm:list': async () => reply(200, []),
  'pm:enable': (deps, asked) => operate(deps, asked, true),
  'pm:disable': (deps, asked) => operate(deps, asked, false),
  [`${SLOW_TABLE}:list`]: ({ app }) => app.readSlowly().then(() => reply(200, [])),
  [`${USER_TABLE}:create`]: ({ app }, { body }) => app.create(String(body.title)).then(() => reply(200, {})),
  [`${USER_TABLE}:createLater`]: createLater,
  'clusterMaintenance:resolve': resolve,
  /** Whether it would be refused to operate. */
  'clusterMaintenance:problem': async ({ coordination }) => reply(coordination.problem() === undefined ? 200 : 503, {}),
  'clusterMaintenance:stop': async ({ stop }) => {
    setImmediate(stop);
    return reply(200, {});
  },
};

export async function act(deps: ActionDeps, asked: Asked): Promise<Reply> {
  const action = ACTIONS[asked.action];
  if (action) return action(deps, asked);
  // Every enabled plugin answers `NAME:ping`, every other one is unknown.
  const name = /^(.+):ping$/.exec(asked.action)?.[1];
  const enabled = deps.app.loaded()?.plugins.some((plugin) => plugin.name === name);
  return reply(enabled === true ? 200 : 404, {});
}

async function operate(deps: ActionDeps, { req, query }: Asked, enable: boolean): Promise<Reply> {
  const { coordinator, gate } = deps;
  const subject = query.get('filterByTk') ?? '';
  try {
    const kind = enable ? 'pm.enable' : 'pm.disable';
    const begun = await coordinator.begin({ kind, subject, requestedBy: 'Chaos' });
    if (begun.outcome === 'busy') return refusal(409, `Busy: ${begun.record?.leader.name ?? 'somebody'}.`);
    gate.underWay.exclude(req);
    return await lead(deps, begun.operation, (tell) =>
      deps.app.enable(begun.operation.record.epoch, subject, enable, tell),
    );
  } catch (error) {
    return refusal(503, sentence(error));
  }
}

async function lead(
  deps: ActionDeps,
  operation: LedOperation,
  work: (tell: (step: string) => void) => Promise<void>,
): Promise<Reply> {
  const drained = await operation.drain();
  const entered = drained.ok ? await operation.enter() : drained;
  if (!entered.ok) return refusal(409, entered.reason);
  const failure = await work((step) => operation.progress(step)).then(() => undefined, sentence);
  const { settled } = await operation.complete(failure);
  void settled.then((result) => deps.log.info(`settled: ${result}`));
  return failure === undefined ? reply(200, {}) : refusal(500, failure);
}

/** It has been taken, and writes when it has thought about it. */
async function createLater({ app }: ActionDeps, { body }: Asked): Promise<Reply> {
  await app.pause(Number(body.ms));
  await app.create(String(body.title));
  return reply(200, {});
}

async function resolve({ resolver }: ActionDeps, { body }: Asked): Promise<Reply> {
  const resolution = RESOLUTIONS.find((name) => name === body.resolution);
  if (!resolution) return refusal(400, 'No such resolution.');
  const answer = await resolver.resolve(String(body.operationId), resolution, 'Chaos');
  return answer.ok ? reply(200, { said: answer.said }) : refusal(409, answer.refusal);
}

function refusal(status: number, message: string): Reply {
  return reply(status, { errors: [{ message }] });
}

function reply(status: number, body: unknown): Reply {
  return { status, body };
}
