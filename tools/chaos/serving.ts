import { until, type Cluster } from '../cluster';
import { story } from '../../__tests__/cluster/logs';
import type { Member } from './member';

/** True when it takes traffic, by the probe and by the host's own word. */
export async function serves({ node }: Member): Promise<boolean> {
  const words = await Promise.all([node.ready(), node.health()]);
  return words.every((word) => word === 200);
}

/** Resolves when all of them serve. */
export async function servingAll(cluster: Cluster, members: readonly Member[], timeout: number): Promise<void> {
  await until(
    async () => (await Promise.all(members.map(serves))).every(Boolean),
    timeout,
    () => `${members.map(({ name }) => name).join(', ')} do not all serve within ${timeout} ms.\n${story(cluster)}`,
    100,
  );
}

/** After the run before, a node may not have found its way back to Redis yet, and would refuse to operate. */
export async function reconnected(
  members: readonly Member[],
  isOnline: (member: Member) => Promise<boolean>,
): Promise<void> {
  await until(
    async () => (await Promise.all(members.map(isOnline))).every(Boolean),
    15_000,
    () => 'Not every node finds its way back to Redis within 15 s.',
  );
}
