import { temporaryDirectory } from '../../cluster';
import type { Outcome, Scenario } from '../scenario';
import { bundleLightNode } from './bundle';
import { Lane } from './lane';
import type { LightServers } from './world';

export interface Job {
  readonly scenario: Scenario;
  readonly seed: number;
}

export type Done = Job & { readonly outcome: Outcome };

/** Starts servers for light nodes that are this program. */
export type Open = (program: string) => Promise<LightServers>;

const LANES = 2;

/** Each lane takes the next job as soon as it is free: waiting, of which chaos consists, costs no processor. */
export async function performAll(jobs: readonly Job[], open: Open, say: (text: string) => void): Promise<Done[]> {
  const folder = temporaryDirectory('light-node');
  const program = await bundleLightNode(folder.path);
  const queue = [...jobs];
  const done: Done[] = [];
  const follow = async (name: string) => {
    const servers = await open(program);
    const lane = new Lane(servers, name, say);
    for (let job = queue.shift(); job; job = queue.shift()) {
      done.push({ ...job, outcome: await lane.perform(job.scenario, job.seed) });
    }
    await lane.close();
    servers.control.disconnect();
    await Promise.all([servers.postgres.stop(), servers.redis.stop()]);
  };
  const lanes = Math.min(LANES, jobs.length);
  await Promise.all(Array.from({ length: lanes }, (_, index) => follow(`lane${index + 1}`)));
  folder.remove();
  return done;
}
