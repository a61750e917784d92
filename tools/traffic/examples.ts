import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../cluster';

export type Program = 'nginx' | 'haproxy';

export interface Places {
  /** Where the balancer listens on this machine. */
  readonly port: number;
  /** Ports of the three nodes. */
  readonly nodes: readonly number[];
  /** Asked instead of `:ready` and `:live`, where the nodes have no plugin that would answer them. */
  readonly probe?: string;
}

const EXAMPLES = {
  nginx: { file: 'nginx.conf', listen: 'listen 80;', on: (port: number) => `listen 127.0.0.1:${port};` },
  haproxy: { file: 'haproxy.cfg', listen: 'bind :80', on: (port: number) => `bind 127.0.0.1:${port}` },
} as const;

/** The example that users get, with addresses of this machine and nothing else changed. */
export function exampleFor(program: Program, { port, nodes, probe }: Places): string {
  const { file, listen, on } = EXAMPLES[program];
  const text = readFileSync(join(projectRoot, 'examples', 'balancers', file), 'utf8');
  const there = nodes.reduce(
    (config, node, index) => put(file, config, `node${index + 1}:13000`, `127.0.0.1:${node}`),
    put(file, text, listen, on(port)),
  );
  const left = /node\d+:13000/.exec(there)?.[0];
  if (left !== undefined) throw new Error(`${file} names ${left}, and there are ${nodes.length} nodes.`);
  return probe === undefined ? there : there.replace(/\/api\/clusterMaintenance:(ready|live)/g, probe);
}

/** What is not found would stay as it is, and the balancer would look for nodes that do not exist. */
function put(file: string, text: string, place: string, value: string): string {
  if (!text.includes(place)) throw new Error(`${file} does not say "${place}" any more.`);
  return text.replaceAll(place, value);
}
