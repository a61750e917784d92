import { describe, expect, it } from 'vitest';
import type { Side } from '../../bench/stage';
import { maintain } from '../maintenance';

/** Three nodes that answer as the plugin does; what they were asked is kept. */
function cluster(answer: (action: string) => { status: number; body: unknown }) {
  const asked: { node: string; path: string; values: unknown }[] = [];
  const apiOf = (node: string) => ({
    at: apiOf,
    post: (path: string, values: unknown) => {
      asked.push({ node, path, values });
      return Promise.resolve(answer(path.split(':')[1] ?? ''));
    },
  });
  const nodes = ['n1', 'n2', 'n3'].map((name) => ({ name, url: name, ready: () => Promise.resolve(200) }));
  const side = { cluster: { nodes, node: (index: number) => nodes[index] }, api: apiOf('') } as unknown as Side;
  return { side, asked };
}

describe('a cluster that an admin takes out of traffic', () => {
  it('is entered and left as often as wished, each time through the next node, and ends what it began', async () => {
    let count = 0;
    const { side, asked } = cluster((action) => {
      if (action === 'enter') count += 1;
      return { status: 200, body: { data: { operation: { id: `o${count}` } } } };
    });
    const acts = await maintain(side, { times: 2, lasts: 30, rests: 10 });
    expect(asked.map(({ node, path }) => `${node} ${path}`)).toEqual([
      'n1 clusterMaintenance:enter',
      'n1 clusterMaintenance:exit',
      'n2 clusterMaintenance:enter',
      'n2 clusterMaintenance:exit',
    ]);
    expect(asked[0]?.values).toEqual({ scope: 'all', reason: 'traffic', expiresInSeconds: 60 });
    expect(asked[3]?.values).toEqual({ operationId: 'o2' });
    for (const { began, released = 0, ended } of acts) {
      expect(released - began).toBeGreaterThanOrEqual(29);
      expect(ended).toBeGreaterThanOrEqual(released);
    }
  });

  it('says what it was refused with', async () => {
    const { side } = cluster(() => ({ status: 409, body: { errors: [{ code: 'MAINTENANCE_IN_PROGRESS' }] } }));
    const maintained = maintain(side, { times: 1, lasts: 0, rests: 0 });
    await expect(maintained).rejects.toThrow(/^enter was answered with 409: .*MAINTENANCE_IN_PROGRESS/);
  });
});
