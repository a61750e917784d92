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
