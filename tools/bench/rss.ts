import { readFileSync } from 'node:fs';
import type { ClusterNode } from '../cluster';
import type { Figure } from './figures';

const EVERY_MS = 250;

/** Resident memory of nodes while something goes on, in MB (10^6 bytes). */
export interface Resident {
  /** One figure for each node: its growth from the first sample to the highest one, and what it was. */
  stop(what: string): readonly Figure[];
}

export function watchResident(nodes: readonly ClusterNode[], nameOf: (node: ClusterNode) => string): Resident {
  const samples = nodes.map((node) => [residentOf(node)]);
  const timer = setInterval(() => nodes.forEach((node, index) => samples[index]?.push(residentOf(node))), EVERY_MS);
  return {
    stop(what) {
      clearInterval(timer);
      return nodes.flatMap((node, index) => {
        const seen = (samples[index] ?? []).filter(Number.isFinite);
        const [first = NaN] = seen;
        const name = `${what}, resident memory of the ${nameOf(node)}`;
        return [
          { name: `${name}: before`, unit: 'MB', with: [first] },
          { name: `${name}: most`, unit: 'MB', with: [Math.max(...seen)] },
          { name: `${name}: after`, unit: 'MB', with: [seen.at(-1) ?? NaN] },
        ];
      });
    },
  };
}

/** NaN when the process is gone. */
function residentOf({ pid }: ClusterNode): number {
  try {
    const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return (Number(kibibytes) * 1024) / 1e6;
  } catch {
    return NaN;
  }
}
