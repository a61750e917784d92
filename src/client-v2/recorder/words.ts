import type { JournalEntry } from '../../shared/domain';
import type { Translate } from '../locale';
import { CLUSTER_PHASE_LABELS, JOURNAL_LABELS, labelOf, NODE_CONTEXT, NODE_PHASE_LABELS } from '../model/labels';

/** `0.4 s`, `12 s` or `3:05`: how long a phase or a silence was. */
export function formatLength(ms: number): string {
  if (ms < 10_000) return `${(Math.max(0, ms) / 1_000).toFixed(1)} s`;
  if (ms < 60_000) return `${Math.round(ms / 1_000)} s`;
  const seconds = Math.round(ms / 1_000);
  const parts = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60, seconds % 60];
  return parts
    .slice(parts[0] === 0 ? 1 : 0)
    .map((part, index) => (index === 0 ? String(part) : String(part).padStart(2, '0')))
    .join(':');
}

export function clusterPhase(phase: string, t: Translate): string {
  return t(labelOf<string>(CLUSTER_PHASE_LABELS, phase));
}

export function nodePhase(phase: string, t: Translate): string {
  return t(labelOf<string>(NODE_PHASE_LABELS, phase), { context: NODE_CONTEXT });
}

const CHANGE = /^(\w+) → (\w+)(.*)$/s;

/** What a line tells, in words of the page where it has some: phases are words of the product, the rest is the server's. */
export function wordsOf({ event, text }: JournalEntry, t: Translate): string {
  const [, from, to, rest = ''] = CHANGE.exec(text) ?? [];
  if (from === undefined || to === undefined) return text;
  if (event === 'node.phase') return `${nodePhase(from, t)} → ${nodePhase(to, t)}${rest}`;
  return event === 'operation.phase' ? `${clusterPhase(from, t)} → ${clusterPhase(to, t)}${rest}` : text;
}

export function eventOf({ event }: JournalEntry, t: Translate): string {
  return t(labelOf(JOURNAL_LABELS, event));
}
