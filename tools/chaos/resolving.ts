import type { OperationRecord } from '../../src/shared/domain';
import { living, pause, type Trial } from './trial';

/** How long a refusal is taken for an answer of the moment. */
const PATIENCE = 30_000;
/** How long no node may have an app that could answer, before a person takes the command line. */
const UNANSWERED = 5_000;

/** As an admin does: every node loads what the database says, and serves. Gives the way that led to it. */
export async function resolveHeld(trial: Trial, { id }: OperationRecord): Promise<'page' | 'command'> {
  const began = performance.now();
  let answeredAt = began;
  let said = 'no node is alive';
  while (performance.now() < began + PATIENCE) {
    const answers = await Promise.all(living(trial).map(({ node, name }) => askNode(trial, node.url, name, id)));
    if (answers.some(({ status }) => status === 200)) return 'page';
    said = answers.map(({ text }) => text).join('; ');
    if (answers.some(({ status }) => status !== 503 && status !== 0)) answeredAt = performance.now();
    if (performance.now() > answeredAt + UNANSWERED) return byCommand(trial, id);
    await pause(250);
  }
  throw new Error(`The held operation cannot be resolved: ${said}`);
}

async function askNode({ world }: Trial, url: string, name: string, operationId: string) {
  const body = { operationId, resolution: 'resume' };
  const { status, body: answer } = await world.api
    .at(url)
    .post('clusterMaintenance:resolve', body)
    .catch((error: unknown) => ({ status: 0, body: String(error) }));
  return { status, text: `${name} answered ${status} ${JSON.stringify(answer)}` };
}

/** Nodes that start wait at the door without an app, and so without a page. */
async function byCommand({ world }: Trial, operationId: string): Promise<'command'> {
  const { code, output } = await world.cluster.runCli(['maintenance', 'resolve', operationId, 'resume'], {
    env: { CLUSTER_MAINTENANCE_REDIS_URL: world.redis.url, CLUSTER_MAINTENANCE_NODE_NAME: 'shell', PGAPPNAME: 'shell' },
  });
  if (code !== 0) throw new Error(`The held operation cannot be resolved: the command ended with ${code}: ${output}`);
  return 'command';
}
