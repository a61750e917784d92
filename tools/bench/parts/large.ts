import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { OperationBody, StatusBody } from '../../../src/shared/api';
import type { JournalEntry, OperationRecord } from '../../../src/shared/domain';
import { startCluster, until, type Api, type Cluster } from '../../cluster';
import type { Figure } from '../figures';
import { watchResident } from '../rss';
import { NODES, START_TIMEOUT, type Part, type PartResult, type Stage } from '../stage';
import { secondsOf } from '../timing';

/** Of the table with its index, as PostgreSQL counts. */
const MEGABYTES = Number(process.env.BENCH_LARGE_MB ?? 1000);
const ROWS_AT_ONCE = 50_000;
const TABLE = 'bench_large_rows';
const DATABASE = 'bench_large';
const MAX_MS = 1_800_000;

/** Text that compresses like words of people do, and not like zeros. */
const FILL = `INSERT INTO ${TABLE} (payload) SELECT (SELECT string_agg(md5(random()::text || g || i), ' ')
  FROM generate_series(1, 30) AS i) FROM generate_series(1, ${ROWS_AT_ONCE}) AS g`;

export const large: Part = {
  name: 'large',
  title: `backup and restore of a database of ${MEGABYTES} MB on ${NODES} nodes: each phase, and the memory of nodes`,
  run,
};

async function run(stage: Stage): Promise<PartResult> {
  await stage.closePair();
  const { postgres, redis, say } = stage;
  await postgres.dropDatabase(DATABASE);
  await postgres.createDatabase(DATABASE);
  const cluster = await startCluster({
    nodes: NODES,
    database: DATABASE,
    postgres,
    redis,
    plugin: 'disk',
    together: true,
    timeout: 3 * START_TIMEOUT,
    env: { CLUSTER_MAINTENANCE_BACKUP_BEFORE: 'off' },
  });
  try {
    return await measure(cluster, say);
  } finally {
    await cluster.stopAll();
    await postgres.dropDatabase(DATABASE);
  }
}

async function measure(cluster: Cluster, say: Stage['say']): Promise<PartResult> {
  await cluster.enablePlugin('backups');
  await Promise.all(cluster.nodes.map((node) => node.waitServing(START_TIMEOUT)));
  const api = await cluster.signIn();
  const filling = await secondsOf(() => fill(cluster));
  say(`  ${MEGABYTES} MB of rows, made in ${filling.toFixed(0)} s`);
  const backup = await watched(cluster, api, 'backup', () => api.post('backups:create'));
  const file = backup.record.subject;
  say(`  backup: ${((backup.record.endedAt ?? 0) - backup.record.startedAt) / 1000} s`);
  const restore = await watched(cluster, api, 'restore', () => api.post('backups:restore', { name: file }));
  say(`  restore: ${((restore.record.endedAt ?? 0) - restore.record.startedAt) / 1000} s`);
  const packed = statSync(join(cluster.slot.storage, 'backups', 'main', file)).size / 1e6;
  return {
    figures: [...backup.figures, ...restore.figures, { name: 'size of the backup', unit: 'MB', with: [packed] }],
    notes: [`Files: ${readdirSync(join(cluster.slot.storage, 'backups', 'main')).join(', ')}.`],
  };
}

async function fill({ postgres }: Cluster): Promise<void> {
  await postgres.query(DATABASE, `CREATE TABLE ${TABLE} (id BIGSERIAL PRIMARY KEY, payload TEXT NOT NULL)`);
  for (;;) {
    await postgres.query(DATABASE, FILL);
    const sql = `SELECT pg_total_relation_size('${TABLE}')::float8 / 1e6 AS size`;
    const [row] = await postgres.query<{ size: number }>(DATABASE, sql);
    if ((row?.size ?? 0) >= MEGABYTES) return;
  }
}

/** Begins an operation on the first node, and watches it to its end. */
async function watched(
  cluster: Cluster,
  api: Api,
  what: string,
  begin: () => Promise<{ readonly status: number }>,
): Promise<{ readonly record: OperationRecord; readonly figures: readonly Figure[] }> {
  const before = (await statusOf(api))?.lastOperation?.epoch ?? 0;
  const resident = watchResident(cluster.nodes.slice(0, 2), (node) =>
    node === cluster.node(0) ? 'leader' : 'follower',
  );
  const { status } = await begin();
  if (status !== 200) throw new Error(`${what} was answered with ${status}.`);
  const record = await until(
    async () => {
      const now = await statusOf(api);
      const last = now?.lastOperation;
      return now && !now.operation && last && last.epoch > before && last;
    },
    MAX_MS,
    () => `${what} did not end within ${MAX_MS / 60_000} minutes.`,
    500,
  );
  const memory = resident.stop(what);
  if (record.result !== 'done') throw new Error(`${what} ended ${record.result}: ${record.reason}`);
  const { body } = await api.get<{ data: OperationBody }>(`clusterMaintenance:get?filterByTk=${record.id}`);
  const whole = { name: what, unit: 's', with: [((record.endedAt ?? 0) - record.startedAt) / 1000] };
  return { record, figures: [whole, ...phasesOf(what, body.data.journal), ...memory] };
}

/** From each change of phase, and each step of the host within the work, to the next one. */
function phasesOf(what: string, journal: readonly JournalEntry[]): Figure[] {
  const marks = journal
    .filter(({ event }) => ['operation.begun', 'operation.phase', 'work.first-change', 'work.step'].includes(event))
    .sort((a, b) => a.at - b.at);
  return marks.slice(0, -1).map(({ event, text, at }, index) => {
    const label = event === 'operation.begun' ? 'draining' : text.split(' → ').at(-1);
    return { name: `${what}: ${label}`, unit: 's', with: [((marks[index + 1]?.at ?? at) - at) / 1000] };
  });
}

/** A node that loads anew answers for a moment that it cannot say. */
async function statusOf(api: Api): Promise<StatusBody | undefined> {
  const answer = await api.get<{ data?: StatusBody }>('clusterMaintenance:status').catch(() => undefined);
  return answer?.body.data;
}
