import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { OperationRecord } from '../../src/shared/domain';
import { projectRoot, type Api, type Cluster, type ClusterNode } from '../../tools/cluster';
import { epochNow, eventually, MINUTE, statusOf } from './support';

/** What one kind of work did to a drain. */
export interface Row {
  readonly what: string;
  /** From the beginning of the operation to the end of the drain, in seconds; for one that was aborted to its end. */
  readonly waited: number;
  /** What the leader said last that it waits for; empty when it never had to say it. */
  readonly told: string;
  readonly result: string;
  readonly answered: string;
}

export interface Drain extends Pick<Row, 'waited' | 'told'> {
  readonly record: OperationRecord;
}

/** Follows the operation that `act` leads to, as `node` tells it, to its end. */
export async function followDrain(
  { cluster, api }: { cluster: Cluster; api: Api },
  node: ClusterNode,
  act: () => Promise<unknown>,
  inDrain: () => unknown = () => undefined,
): Promise<Drain> {
  const before = await epochNow(cluster, api);
  const began = performance.now();
  const acting = act();
  let [told, waited, drains]: [string, number | undefined, boolean] = ['', undefined, false];
  const record = await eventually(cluster, 'The operation did not end', 2 * MINUTE, async () => {
    const status = await statusOf(api, node).catch(() => undefined);
    const { operation, lastOperation } = status ?? {};
    const over = !operation && lastOperation && lastOperation.epoch > before && lastOperation;
    if (operation?.phase === 'draining') {
      told = operation.waitingFor.at(-1) ?? told;
      if (!drains && told !== '') inDrain();
      drains = drains || told !== '';
    } else if (over || (operation && operation.phase !== 'acquiring' && operation.epoch > before)) {
      waited ??= performance.now() - began;
    }
    return over;
  });
  await acting;
  return { record, told, waited: (waited ?? 0) / 1_000 };
}

const HEAD = ['What is under way on another node', 'The drain takes', 'The leader says', 'Operation', 'It ends with'];

/** Writes the table as Markdown below .artifacts. */
export function writeTable(rows: readonly Row[]): void {
  const folder = join(projectRoot, '.artifacts');
  mkdirSync(folder, { recursive: true });
  const lines = rows.map(({ what, waited, told, result, answered }) => {
    return [what, `${waited.toFixed(1)} s`, told === '' ? '–' : `\`${told}\``, result, answered];
  });
  const table = [HEAD, HEAD.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
  writeFileSync(join(folder, 'long-requests.md'), `${table}\n`);
}
