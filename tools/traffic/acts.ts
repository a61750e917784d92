import { comesUp, startOthers, type How } from '../bench/manual';
import { change, operate } from '../bench/procedures';
import type { Side } from '../bench/stage';
import { pause } from '../bench/timing';
import { SUBJECT } from './stage';
import type { Way } from './ways';

/** One operation, by the clock of `performance.now()`. */
export interface Act {
  readonly action: 'enable' | 'disable' | 'maintenance' | 'backup';
  /** When the admin's request was sent, or the first node was stopped. */
  readonly began: number;
  /** When every node served and the operation was over. */
  readonly ended: number;
  /** When an admin asked for its end, where it has one only then: answers are expected from here on. */
  readonly released?: number;
}

/** What an operator has in the environment: the host's own default. */
const NORMAL_START = { SKIP_SAME_VERSION_UPGRADE: 'false' };
/** Between two operations, and before and after all of them, nothing happens for so long. */
export const QUIET = 3_000;

/** An admin enables and disables the plugin by the way that everybody comes; no node is spared from leading. */
export async function enableAndDisable({ api }: Side, way: Way, rounds: number): Promise<Act[]> {
  const acts: Act[] = [];
  for (let index = 0; index < rounds * 2; index += 1) {
    const action = index % 2 === 0 ? 'enable' : 'disable';
    const began = performance.now();
    const { endedAt } = await operate(api.at(way.urlOf(index)), action, SUBJECT);
    acts.push({ action, began, ended: (endedAt ?? NaN) - performance.timeOrigin });
    await pause(QUIET);
  }
  return acts;
}

/** "Scale down to one node, do it, start the others again", without a pause between the steps. */
export async function enableByManual({ cluster, api }: Side, how: How): Promise<Act[]> {
  const began = performance.now();
  const others = cluster.nodes.slice(1);
  await Promise.all(others.map((node) => node.stop('SIGTERM')));
  await change(api, 'enable', SUBJECT);
  await startOthers(others, how, async (node) => {
    await node.restart(NORMAL_START);
    return node;
  });
  await Promise.all(cluster.nodes.map(comesUp));
  const ended = performance.now();
  await pause(QUIET);
  return [{ action: 'enable', began, ended }];
}
