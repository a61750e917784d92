import { atMost } from '../figures';
import { PLUGIN, change, enableBare, enableInCluster, operate } from '../procedures';
import { NODES, type Part, type PartResult, type Stage } from '../stage';
import { inTurn, secondsOf } from '../timing';

export const bare: Part = {
  name: 'bare',
  title: `pm:enable ${PLUGIN.name} on one node without the plugin, and on ${NODES} nodes with it; no other requests`,
  run,
};

async function run(stage: Stage): Promise<PartResult> {
  const pair = await stage.pair();
  const { without, with: own } = pair;
  // One node is one node: idle others would only take something away from it.
  await Promise.all(without.cluster.nodes.slice(1).map((node) => node.stop('SIGTERM')));
  const samples: { without: number[]; with: number[] } = { without: [], with: [] };
  const bareSide = async () => {
    samples.without.push(await secondsOf(() => enableBare(without)));
    await change(without.api, 'disable', PLUGIN.name);
  };
  const ownSide = async () => {
    samples.with.push(await secondsOf(() => enableInCluster(own)));
    await operate(own.api, 'disable', PLUGIN.name);
  };
  for (let round = 0; round < stage.rounds; round += 1) {
    await inTurn(round, bareSide, ownSide);
    const [alone, cluster] = [samples.without.at(-1), samples.with.at(-1)];
    stage.say(`  round ${round + 1}: ${alone?.toFixed(1)} s without (1 node), ${cluster?.toFixed(1)} s with`);
  }
  const name = '1 bare node / all nodes with the plugin';
  return { figures: [{ name, unit: 's', ...samples, target: atMost('ratio', 2) }], notes: [] };
}
