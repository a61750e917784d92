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

export async function titlesIn({ postgres, database }: Cluster, table: string): Promise<string[]> {
  const rows = await postgres.query<{ title: string }>(database, `SELECT title FROM "${table}" ORDER BY id`);
  return rows.map(({ title }) => title);
}
