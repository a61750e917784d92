import type { Cluster } from '../cluster';
import { idOf, type Crowd, type Sent } from './clients';
import { isFailed } from './figures';
import { TABLE } from './stage';

/** What the database says of the writes of one crowd: one sentence for each that is not as it was promised. */
export interface Stored {
  readonly acknowledged: number;
  readonly lost: readonly string[];
  readonly doubled: readonly string[];
  readonly disordered: readonly string[];
  /** Refused with 503 and stored nevertheless. */
  readonly untrue: readonly string[];
}

export async function askDatabase(
  { postgres, database }: Cluster,
  { run }: Crowd,
  sent: readonly Sent[],
): Promise<Stored> {
  const sql = `SELECT title FROM "${TABLE}" WHERE title LIKE $1 ORDER BY id`;
  const rows = await postgres.query<{ title: string }>(database, sql, [`${run} %`]);
  const titles = rows.map(({ title }) => title);
  return compare(run, sent, titles);
}

/** `titles` in the order in which the database has stored them. */
export function compare(run: string, sent: readonly Sent[], titles: readonly string[]): Stored {
  const counts = new Map<string, number>();
  for (const title of titles) counts.set(title, (counts.get(title) ?? 0) + 1);
  const writes = sent.flatMap(({ client, number, ...rest }) =>
    number === undefined ? [] : [{ id: idOf(run, client, number), ...rest }],
  );
  const acknowledged = writes.filter(({ status }) => status === 200);
  const refused = writes.filter(({ status }) => status === 503);
  return {
    acknowledged: acknowledged.length,
    lost: acknowledged
      .filter(({ id }) => !counts.has(id))
      .map(({ id }) => `"${id}" was acknowledged and is not stored.`),
    doubled: [...counts].flatMap(([id, count]) => (count > 1 ? [`"${id}" is stored ${count} times.`] : [])),
    disordered: disordered(titles),
    untrue: refused.filter(({ id }) => counts.has(id)).map(({ id }) => `"${id}" was refused and is stored.`),
  };
}

/** A client sends its next write when the last one was answered, so its numbers can only grow. */
function disordered(titles: readonly string[]): string[] {
  const last = new Map<string, number>();
  return titles.flatMap((title) => {
    const [, client = '', text] = title.split(' ');
    const number = Number(text);
    const before = last.get(client) ?? 0;
    last.set(client, number);
    return number < before ? [`Client ${client} has its write ${number} stored after its write ${before}.`] : [];
  });
}

/** Sentences for what has to be empty and is not. */
export function problemsOf(sent: readonly Sent[], { lost, doubled, disordered, untrue }: Stored): string[] {
  const failed = sent.filter(isFailed);
  return [
    ...(failed.length > 0 ? [`${failed.length} of ${sent.length} requests were not answered with 200.`] : []),
    ...[...lost, ...doubled, ...disordered, ...untrue],
    ...(sent.some(({ number, status }) => number !== undefined && status === 200)
      ? []
      : ['No write was acknowledged.']),
  ];
}
