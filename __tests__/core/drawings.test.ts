import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { CLUSTER_MACHINE } from '../../src/server/core/machine';
import { NODE_MACHINE } from '../../src/server/core/node-machine';

/** The edges of the drawings in docs/machines.md, in the order of the document. */
const drawings = readFileSync('docs/machines.md', 'utf8')
  .split('```mermaid')
  .slice(1)
  .map((part) =>
    (part.split('```', 1)[0] ?? '').match(/^ +[a-z-]+ --> [a-z-]+: [a-z-]+$/gm)?.map((line) => line.trim()),
  );

function edges(machine: Readonly<Record<string, Readonly<Record<string, string>>>>): string[] {
  return Object.entries(machine).flatMap(([from, row]) =>
    Object.entries(row).map(([event, to]) => `${from} --> ${to}: ${event}`),
  );
}

it('draws the cluster machine as it is', () => {
  expect(drawings[0]?.sort()).toEqual(edges(CLUSTER_MACHINE).sort());
});

it('draws the node machine as it is', () => {
  expect(drawings[1]?.sort()).toEqual(edges(NODE_MACHINE).sort());
});
