import type { StatusBody } from '../../src/shared/api';
import { dice } from './dice';
import type { Member } from './member';
import { isBad } from './report';
import type { Outcome, Scenario } from './scenario';
import { reconnected } from './serving';
import { openWorld, settle, type Servers, type ServingWorld } from './world';

/** One cluster serves all runs; a run that failed may have left anything behind, and the next gets a new one. */
export class Stage {
  private world: ServingWorld | undefined;
  private worlds = 0;

  constructor(
    private readonly servers: Servers,
    private readonly say: (text: string) => void,
  ) {}

  async perform(scenario: Scenario, seed: number): Promise<Outcome> {
    const begun = performance.now();
    const outcome = await this.attempt(scenario, seed).catch((error: unknown) => this.broken(error));
    const took = ((performance.now() - begun) / 1000).toFixed(1);
    const about = scenario.kind === 'random' ? ` (seed ${seed}: ${outcome.blow ?? 'none'})` : '';
    this.say(
      `${isBad(outcome) ? 'FAILED' : 'ok'}  ${scenario.kind}: ${scenario.name}${about}: ${outcome.words}; ${took} s${outcome.why ? `: ${outcome.why}` : ''}`,
    );
    if (isBad(outcome)) {
      process.stdout.write(
        `${outcome.problems.map((problem) => `  ${problem}`).join('\n')}\n${outcome.details ?? ''}\n`,
      );
      if (scenario.on === 'cluster') await this.closeWorld();
    }
    return outcome;
  }

  async close(): Promise<void> {
    await this.closeWorld();
    this.servers.control.disconnect();
    await Promise.all([this.servers.postgres.stop(), this.servers.redis.stop()]);
  }

  private async attempt(scenario: Scenario, seed: number): Promise<Outcome> {
    if (scenario.on === 'servers') {
      // Its nodes need the processors; the others would only wait beside them.
      await this.closeWorld();
      return scenario.run(this.servers, dice(seed));
    }
    this.world ??= await this.openWorld();
    await reconnected(this.world.members, isOnline(this.world));
    return scenario.run(this.world, dice(seed));
  }

  private async openWorld(): Promise<ServingWorld> {
    this.say('starting three nodes on an empty database');
    await this.servers.redis.restartEmpty();
    const world = await openWorld(this.servers, `chaos_${(this.worlds += 1)}`);
    const serving = await settle(world).catch(async (error: unknown) => {
      await world.close();
      throw error;
    });
    this.say('all serve');
    return serving;
  }

  private async closeWorld(): Promise<void> {
    const { world } = this;
    this.world = undefined;
    await world?.close();
  }

  private broken(error: unknown): Outcome {
    const message = error instanceof Error ? error.message : String(error);
    return { words: 'could not be run', problems: [message], overlaps: 0 };
  }
}

function isOnline({ api }: ServingWorld): (member: Member) => Promise<boolean> {
  return async ({ node }) => {
    const { body } = await api.at(node.url).get<{ data?: StatusBody }>('clusterMaintenance:status');
    return body.data?.online === true;
  };
}
