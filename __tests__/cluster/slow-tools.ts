import { chmodSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryDirectory, type Cluster } from '../../tools/cluster';
import { eventually } from './support';

/** A `pg_dump` that stands still until it is let go, or fails as on a full disk: no test depends on how long it takes. */
export interface DumpTool {
  readonly env: Record<string, string>;
  hold(): void;
  release(): void;
  fail(fails: boolean): void;
  /** So many dumps from now on are made, and those after them fail. */
  failAfter(dumps: number): void;
  /** How many dumps have begun so far. */
  begun(): number;
  /** Process ids of those that have not ended. */
  running(): number[];
  /** Resolves when more dumps have begun than there were. */
  untilBegun(cluster: Cluster, before: number): Promise<void>;
  remove(): void;
}

export const FULL_DISK = 'pg_dump: error: could not write to output file: No space left on device';

export function dumpTool(): DumpTool {
  const { path, remove } = temporaryDirectory('dump-tool');
  const at = (name: string) => join(path, name);
  const mark = (name: string, there: boolean) =>
    there ? writeFileSync(at(name), '') : rmSync(at(name), { force: true });
  const begun = () => readdirSync(at('runs')).length;
  mkdirSync(at('runs'));
  writeFileSync(at('pg_dump'), script(path));
  chmodSync(at('pg_dump'), 0o755);
  return {
    env: { PG_DUMP_PATH: at('pg_dump') },
    hold: () => mark('hold', true),
    release: () => mark('hold', false),
    fail(fails) {
      mark('fail', fails);
      mark('fail-after', false);
    },
    failAfter: (dumps) => writeFileSync(at('fail-after'), `${begun() + dumps}`),
    begun,
    running: () => readdirSync(at('runs')).map(Number).filter(isAlive),
    untilBegun: (cluster, before) => eventually(cluster, 'No dump began', 30_000, () => begun() > before).then(),
    remove,
  };
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** Ends by itself when its folder is gone. */
function script(path: string): string {
  return `#!/bin/sh
[ "$1" = --version ] && exec pg_dump --version
touch '${path}/runs/'$$
while [ -e '${path}/hold' ]; do sleep 0.05; done
[ -e '${path}/fail-after' ] && [ "$(ls '${path}/runs' | wc -l)" -gt "$(cat '${path}/fail-after')" ] && touch '${path}/fail'
[ -e '${path}/fail' ] && { echo '${FULL_DISK}' >&2; exit 1; }
exec pg_dump "$@"
`;
}
