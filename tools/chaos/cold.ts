import type { JournalEvent } from '../../src/shared/domain';
import { PLUGIN_PACKAGE } from '../cluster';
import { tellOf } from './details';
import type { Outcome } from './scenario';
import { serves, servingAll } from './serving';
import { pause } from './trial';
import { openWorld, type Servers, type World } from './world';

/** How long nodes may take that install again after the first attempt was cut off, on a busy machine of two cores. */
const PATIENCE = 180_000;

let databases = 0;

/** Three nodes start on an empty database; whoever writes this line of the journal is killed in that moment. */
export async function coldStart(servers: Servers, event: JournalEvent, text: RegExp, nth: number): Promise<Outcome> {
  const world = await openWorld(servers, `cold_${(databases += 1)}`);
  const evidence: string[] = [];
  const problems: string[] = [];
  let course: { words: string; ms?: number } = { words: 'nothing was found out' };
  try {
    course = await killAndCount(world, { event, text, nth }, evidence);
    problems.push(...(await checkInstalled(world)));
  } catch (error) {
    problems.push(error instanceof Error ? error.message : String(error));
  }
  const { overlaps } = await world.overlaps.verdict();
  problems.push(...overlaps);
  if (problems.length > 0) evidence.push(await tellOf(world));
  const details = problems.length > 0 ? { details: evidence.join('\n\n') } : {};
  await world.close();
  await servers.postgres.dropDatabase(world.cluster.database);
  return { ...course, problems, overlaps: overlaps.length, ...details };
}

interface Line {
  readonly event: JournalEvent;
  readonly text: RegExp;
  readonly nth: number;
}

async function killAndCount(world: World, line: Line, evidence: string[]): Promise<{ words: string; ms?: number }> {
  const { cluster, members, journal } = world;
  const over = new AbortController();
  let count = 0;
  const coming = journal.next(({ event, text }) => {
    return event === line.event && line.text.test(text) && (count += 1) === line.nth;
  }, over.signal);
  const whole = servingAll(cluster, members, PATIENCE).then(() => undefined);
  const entry = await Promise.race([coming, whole]);
  over.abort();
  if (!entry) return { words: 'installed; the line did not come' };
  const victim = members.find(({ name }) => name === entry.node.name);
  victim?.node.kill('SIGKILL');
  const blow = performance.now();
  // The look at all three has lost its purpose, and fails in its own time.
  whole.catch(() => undefined);
  if (!victim) throw new Error(`The journal names ${entry.node.name}, which is none of the nodes.`);
  const rest = members.filter((member) => member !== victim);
  await servingAll(cluster, rest, PATIENCE);
  const ms = performance.now() - blow;
  evidence.push(await tellOf(world));
  await victim.node.restart();
  await servingAll(cluster, members, PATIENCE);
  return { words: 'the others serve', ms };
}

/** The database is whole, and every node says so. */
async function checkInstalled({ sql, cluster, members }: World): Promise<string[]> {
  const { rows } = await sql.query<{ enabled: boolean; installed: boolean }>(
    'SELECT enabled, installed FROM "applicationPlugins" WHERE name = $1',
    [PLUGIN_PACKAGE],
  );
  const problems = rows.length === 1 && rows[0]?.enabled && rows[0].installed ? [] : ['The plugin is not enabled.'];
  for (const { name, node } of members) {
    const api = await cluster.signIn(node);
    const { status } = await api.get('pm:list');
    if (status !== 200) problems.push(`${name} answers ${status} for its list of plugins.`);
  }
  await pause(1_000);
  const left = await Promise.all(members.map(async (member) => ((await serves(member)) ? [] : [member.name])));
  return [...problems, ...left.flat().map((name) => `${name} has stopped serving.`)];
}
