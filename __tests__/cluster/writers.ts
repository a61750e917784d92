import type { Api, Cluster } from '../../tools/cluster';

export interface Write {
  readonly title: string;
  readonly node: string;
  readonly status: number;
  /** By the clock that all processes of this machine share. */
  readonly answeredAt: number;
}

/** One writer for each node: the next record when the one before was answered, until told to stop. */
export function writers(cluster: Cluster, api: Api, table: string, run: string) {
  const writes: Write[] = [];
  let stopped = false;
  const write = async (name: string, url: string) => {
    for (let number = 1; !stopped; number += 1) {
      const title = `${run} ${name} ${number}`;
      const { status } = await api.at(url).post(`${table}:create`, { title });
      writes.push({ title, node: name, status, answeredAt: Date.now() });
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  const ended = Promise.all(cluster.nodes.map(({ name, url }) => write(name, url)));
  const stop = async (): Promise<readonly Write[]> => {
    stopped = true;
    await ended;
    return writes;
  };
  return { writes, stop };
}

export interface SortedWrites {
  /** Acknowledged before the first change of the restore: the data of the backup replace them. */
  readonly early: readonly Write[];
  readonly late: readonly Write[];
  readonly refused: readonly Write[];
}

export function sortWrites(writes: readonly Write[], firstChange: number, database: string): SortedWrites {
  const acknowledged = writes.filter(({ status }) => status === 200);
  const early = acknowledged.filter(({ answeredAt }) => answeredAt < firstChange);
  const late = acknowledged.filter(({ answeredAt }) => answeredAt >= firstChange);
  const refused = writes.filter(({ status }) => status !== 200);
  console.info(
    `Writes to three nodes around a restore on ${database}: ${early.length} acknowledged before its first change, ` +
      `${late.length} after it, ${refused.length} refused.`,
  );
  return { early, late, refused };
}

export async function titlesIn({ postgres, database }: Cluster, table: string): Promise<string[]> {
  const rows = await postgres.query<{ title: string }>(database, `SELECT title FROM "${table}" ORDER BY id`);
  return rows.map(({ title }) => title);
}
