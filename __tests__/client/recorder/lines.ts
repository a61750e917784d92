import type { JournalEntry, JournalEvent, OperationRecord } from '../../../src/shared/domain';
import { NOW, operation } from '../fixtures';

type Line = readonly [node: string, second: number, event: JournalEvent, text: string];

/** Lines in the order of the server; each node counts its own. */
export function journal(...lines: readonly Line[]): JournalEntry[] {
  const counts = new Map<string, number>();
  return lines.map(([name, second, event, text]) => {
    const seq = (counts.get(name) ?? 0) + 1;
    counts.set(name, seq);
    const node = { bootId: `boot-${name}`, name };
    return { operation: 'operation-1', epoch: 7, node, seq, at: NOW + second * 1_000, event, text };
  });
}

/** An operation that has ended. */
export const over = (second: number, change: Partial<OperationRecord> = {}) =>
  operation({ startedAt: NOW, endedAt: NOW + second * 1_000, result: 'done', phase: 'idle', ...change });

/** A plugin is enabled on three nodes, of which two write. */
export const USUAL = journal(
  ['node-1', 0, 'operation.begun', 'pm.enable departments, asked for by Ada; acquiring.'],
  ['node-1', 0, 'operation.phase', 'acquiring → draining'],
  ['node-2', 1, 'node.phase', 'serving → draining'],
  ['node-10', 1, 'node.phase', 'serving → draining'],
  ['node-2', 2, 'node.phase', 'draining → drained'],
  ['node-2', 2, 'node.acknowledged', 'Takes no traffic for epoch 7.'],
  ['node-1', 3, 'work.first-change', 'From here on a crash holds the operation.'],
  ['node-1', 4, 'work.step', 'load plugin [users], 45/77'],
  ['node-1', 6, 'operation.phase', 'working → reloading'],
  ['node-2', 6, 'node.phase', 'drained → reloading: to load what was changed'],
  ['node-2', 8, 'node.phase', 'reloading → verifying'],
  ['node-2', 9, 'node.phase', 'verifying → serving'],
  ['node-1', 9, 'operation.phase', 'reloading → verifying'],
  ['node-1', 9, 'operation.phase', 'verifying → resuming'],
  ['node-1', 10, 'operation.ended', 'done'],
);
