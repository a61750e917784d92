/**
 * `npm run test:traffic [-- --clients N] [--rounds N] [--through direct|nginx|haproxy] [--work plugins|backup|nothing|5x1s|10s]
 * [--handover]`: users read and write on three real nodes, directly and through real balancers with the configuration of
 * examples/balancers, while a plugin is enabled and disabled, a backup is made, nothing happens, and while all nodes are in
 * maintenance. No request may fail, nothing may be lost, stored twice or in another order; else the exit code is 1. The same
 * during the manual's procedure stands beside it, for comparison.
 */
import { busyWarning, describeMachine } from '../bench/machine';
import { wholeAttempt, type How } from '../bench/manual';
import { change, prepareManualProcedure, revive } from '../bench/procedures';
import type { Side } from '../bench/stage';
import { pause } from '../bench/timing';
import { enableAndDisable, enableByManual, type Act } from './acts';
import { backUp } from './backups';
import { checkExample } from './balancers';
import { maintain } from './maintenance';
import { describe, isBad, write } from './report';
import { perform, type Run } from './runs';
import { NODES, openServers, openSide, SUBJECT, type Servers } from './stage';
import type { Way } from './ways';
import { readWishes, type WayName, type Wishes, type WorkName } from './wishes';

const started = performance.now();

void main();

async function main(): Promise<void> {
  try {
    const wishes = readWishes(process.argv.slice(2));
    process.exit((await runAll(wishes)) ? 0 : 1);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  }
}

async function runAll(wishes: Wishes): Promise<boolean> {
  const { clients, ways } = wishes;
  const [began, machine] = [new Date(), describeMachine()];
  const warning = busyWarning(machine);
  if (warning) say(warning);
  await Promise.all([checkExample('nginx'), checkExample('haproxy')]);
  say('nginx and HAProxy accept their examples; starting PostgreSQL and Redis');
  const servers = await openServers();
  const runs = await byPlugin(servers, wishes);
  const way = ways.includes('nginx') ? 'nginx' : (ways[0] ?? 'direct');
  const compared = wishes.works.includes('plugins') ? await byManual(servers, way, clients) : undefined;
  if (compared) runs.push(compared);
  process.stdout.write(
    `\n${describe(runs)}\n\n${warning ? `${warning}\n` : ''}All of it: ${write(began, machine, runs)}\n`,
  );
  return !runs.some(isBad);
}

async function byPlugin(servers: Servers, wishes: Wishes): Promise<Run[]> {
  const { clients, rounds, ways, works, handover } = wishes;
  say(`starting ${NODES} nodes with the plugin`);
  const side = await openSide(servers, 'with', handover ? { CLUSTER_MAINTENANCE_HOLD_HANDOVER: 'on' } : {});
  const runs: Run[] = [];
  for (const way of ways) {
    for (const work of works) {
      say(`${way}: ${clients} clients, ${TITLES[work](rounds)}`);
      const act = (open: Way) => actOf(work, side, open, rounds);
      runs.push(tell(await perform({ side, kind: 'with', way, work, clients, act })));
    }
  }
  await side.cluster.stopAll();
  return runs;
}

const TITLES: Readonly<Record<WorkName, (rounds: number) => string>> = {
  plugins: (rounds) => `${rounds} times enable and disable`,
  backup: (rounds) => `${rounds} backups`,
  nothing: () => `nothing for ${NOTHING / 1_000} s`,
  '5x1s': () => '5 times 1 s of maintenance and 1 s without',
  '10s': () => 'one maintenance of 10 s',
};

/** As long as the five maintenances and what lies between them. */
const NOTHING = 10_000;

function actOf(work: WorkName, side: Side, way: Way, rounds: number): Promise<Act[]> {
  if (work === 'plugins') return enableAndDisable(side, way, rounds);
  if (work === 'backup') return backUp(side, rounds);
  if (work === 'nothing') return pause(NOTHING).then(() => []);
  const often = work === '5x1s';
  return maintain(side, often ? { times: 5, lasts: 1_000, rests: 1_000 } : { times: 1, lasts: 10_000, rests: 0 });
}

/** One enable, the way that operators have to go without the plugin. Nothing is wrong when it cannot be compared. */
async function byManual(servers: Servers, way: WayName, clients: number): Promise<Run | undefined> {
  try {
    say(`starting ${NODES} nodes without the plugin`);
    const side = await openSide(servers, 'without');
    await prepareManualProcedure(side);
    say(`${way}: ${clients} clients, enabled once by the manual's procedure`);
    const attempt = (how: How) =>
      perform({ side, kind: 'without', way, work: 'plugins', clients, act: () => enableByManual(side, how) });
    const run = tell(await wholeAttempt(say, [], attempt, () => beginAgain(side)));
    await side.cluster.stopAll();
    return run;
  } catch (error) {
    say(`  without the plugin it went wrong: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}

async function beginAgain(side: Side): Promise<void> {
  await revive(side);
  await change(side.api, 'disable', SUBJECT);
}

function tell(run: Run): Run {
  const { figures, problems } = run;
  const verdict = problems.length === 0 ? 'all well' : `${problems.length} problems, the first: ${problems[0]}`;
  say(`  ${figures.reads + figures.writes} requests, ${figures.failed} failed; ${verdict}`);
  return run;
}

function say(text: string): void {
  const seconds = ((performance.now() - started) / 1000).toFixed(1).padStart(6);
  process.stdout.write(`[${seconds} s] ${text}\n`);
}
