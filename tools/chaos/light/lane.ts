import { dice } from '../dice';
import type { Member } from '../member';
import { isBad } from '../report';
import type { Outcome, Scenario } from '../scenario';
import { reconnected } from '../serving';
import type { ServingWorld } from '../world';
import { openServingWorld, type LightServers } from './world';

/** One cluster and what is done to it, one run after the other; a run that failed leaves the next a new one. */
export class Lane {
  private world: ServingWorld | undefined;
  private worlds = 0;

  constructor(
    private readonly servers: LightServers,
    private readonly name: string,
    private readonly say: (text: string) => void,
  ) {}

  async perform(scenario: Scenario, seed: number): Promise<Outcome> {
    const begun = performance.now();
    const outcome = await this.attempt(scenario, seed).catch((error: unknown) => broken(error));
    const took = ((performance.now() - begun) / 1000).toFixed(1);
    const about = scenario.kind === 'random' ? ` (seed ${seed}: ${outcome.blow ?? 'none'})` : '';
    const why = outcome.why ? `: ${outcome.why}` : '';
    const how = isBad(outcome) ? 'FAILED' : 'ok';
    this.say(`${this.name} ${how}  ${scenario.kind}: ${scenario.name}${about}: ${outcome.words}; ${took} s${why}`);
    if (!isBad(outcome)) return outcome;
    const problems = outcome.problems.map((problem) => `  ${problem}`);
    process.stdout.write(`  Seed ${seed}.\n${[...problems, outcome.details ?? ''].join('\n')}\n`);
    await this.close();
    return outcome;
  }

  async close(): Promise<void> {
    const { world } = this;
    this.world = undefined;
    await world?.close();
  }

  private async attempt(scenario: Scenario, seed: number): Promise<Outcome> {
    if (scenario.on === 'servers') return scenario.run(this.servers, dice(seed));
    this.world ??= await openServingWorld(this.servers, `${this.name}_${(this.worlds += 1)}`);
    await reconnected(this.world.members, isOnline);
    return scenario.run(this.world, dice(seed));
  }
}

async function isOnline({ node }: Member): Promise<boolean> {
  return (await node.status('clusterMaintenance:problem')) === 200;
}

function broken(error: unknown): Outcome {
  const message = error instanceof Error ? error.message : String(error);
  return { words: 'could not be run', problems: [message], overlaps: 0 };
}
