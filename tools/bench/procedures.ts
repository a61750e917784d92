import type { StatusBody } from '../../src/shared/api';
import type { OperationRecord } from '../../src/shared/domain';
import { until, type Answer, type Api, type ClusterNode } from '../cluster';
import { hostEnv } from '../cluster/node-env';
import { startOthers, type How } from './manual';
import { START_TIMEOUT, type Side } from './stage';

/**
 * An official plugin that no install enables, and a GET that only it answers. Each round enables it again: that costs
 * the host nearly what the first time costs (1.9 instead of 2.3 s of processor time), the same on both sides.
 */
export const PLUGIN = { name: 'departments', api: 'departments:list?pageSize=1' };

/** What an operator has in the environment: the host's own default. */
const NORMAL_START = { SKIP_SAME_VERSION_UPGRADE: 'false' };
const LOOK_EVERY = 50;

/** The first start with another environment asks the host's CLI for it, which is not part of what is measured. */
export async function prepareManualProcedure({ cluster }: Side): Promise<void> {
  await hostEnv(cluster.slot, { ...cluster.env, ...NORMAL_START });
}

/** The manual's procedure ("scale down to one node, do it, start the others again") without a pause between its steps. */
export async function enableByManual({ cluster, api }: Side, how: How): Promise<void> {
  const others = cluster.nodes.slice(1);
  await Promise.all(others.map((node) => node.stop('SIGTERM')));
  await change(api, 'enable', PLUGIN.name);
  await startOthers(others, how, async (node) => {
    await node.restart(NORMAL_START);
    return node;
  });
  await allServe(cluster.nodes, api);
}

/** The host alone, on one node: until the request is answered and the plugin's API is served. */
export async function enableBare({ cluster, api }: Side): Promise<void> {
  await change(api, 'enable', PLUGIN.name);
  await allServe([cluster.node(0)], api);
}

/** With this plugin: one request; over when every node serves and the operation has ended well. */
export async function enableInCluster({ cluster, api }: Side): Promise<void> {
  const before = await epochOf(api);
  const operation = change(api, 'enable', PLUGIN.name).then(() => settled(api, before));
  await Promise.all([operation, allServe(cluster.nodes, api)]);
}

/** One request with this plugin, to the end of the operation in the whole cluster. */
export async function operate(api: Api, action: 'enable' | 'disable', plugin: string): Promise<OperationRecord> {
  const before = await epochOf(api);
  await change(api, action, plugin);
  return settled(api, before);
}

/** The host's own action; rejects unless it is answered with 200. */
export async function change(api: Api, action: 'enable' | 'disable', plugin: string): Promise<void> {
  expectGood(`pm:${action} ${plugin}`, await api.post(`pm:${action}?filterByTk=${plugin}&awaitResponse=true`));
}

/** Starts again, one after the other, the nodes that do not serve. */
export async function revive({ cluster }: Side): Promise<void> {
  for (const node of cluster.nodes) {
    if (node.running && (await node.health()) === 200) continue;
    await node.restart(NORMAL_START);
    await node.waitServing(START_TIMEOUT);
  }
}

/** Each at some time, and then all of them at the same time. */
async function allServe(nodes: readonly ClusterNode[], api: Api): Promise<void> {
  for (let pass = 1; pass <= 2; pass += 1) await Promise.all(nodes.map((node) => serves(node, api)));
}

/** Healthy, ready by whoever answers for it, and the plugin's API is there. */
async function serves(node: ClusterNode, api: Api): Promise<void> {
  const own = api.at(node.url);
  let seen = 'nothing';
  await until(
    async () => {
      const [health, ready] = await Promise.all([node.health(), node.ready()]);
      // Without this plugin the host itself answers for :ready, with 401 or 404.
      const open = health === 200 && ready !== 0 && ready < 500;
      const answer = open ? await own.get(PLUGIN.api).catch(() => undefined) : undefined;
      seen = `health ${health}, ready ${ready}, ${PLUGIN.api} ${answer?.status ?? 'not asked'}`;
      return answer?.status === 200;
    },
    START_TIMEOUT,
    () => `${node.name} did not serve ${PLUGIN.name} within ${START_TIMEOUT / 1000} s (${seen}).`,
    LOOK_EVERY,
  );
}

async function settled(api: Api, after: number): Promise<OperationRecord> {
  const last = await until(
    async () => {
      const { operation, lastOperation } = await statusOf(api);
      return !operation && lastOperation && lastOperation.epoch > after && lastOperation;
    },
    START_TIMEOUT,
    () => `No operation after epoch ${after} ended within ${START_TIMEOUT / 1000} s.`,
    LOOK_EVERY,
  );
  if (last.result !== 'done') {
    throw new Error(`${last.kind} ${last.subject} ended ${last.result}: ${last.reason ?? 'no reason given'}`);
  }
  return last;
}

async function epochOf(api: Api): Promise<number> {
  const { operation, lastOperation } = await statusOf(api);
  return Math.max(operation?.epoch ?? 0, lastOperation?.epoch ?? 0);
}

/** `reloading` nodes answer for their own resource as well, but not always with a body of it. */
async function statusOf(api: Api): Promise<StatusBody> {
  return until(
    async () => {
      const answer = await api.get<{ data?: StatusBody }>('clusterMaintenance:status').catch(() => undefined);
      return answer?.body?.data;
    },
    START_TIMEOUT,
    () => `${api.baseUrl} does not answer clusterMaintenance:status.`,
    LOOK_EVERY,
  );
}

function expectGood(what: string, { status, body }: Answer<unknown>): void {
  if (status !== 200) throw new Error(`${what} was answered with ${status}: ${JSON.stringify(body).slice(0, 300)}`);
}
