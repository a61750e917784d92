import type { NodeRef } from '../../shared/domain';

/** How many of the last answers are looked at. */
export const ANSWERS_KEPT = 8;
const SWITCHES_OF_A_BALANCER = 2;

/**
 * The nodes this page is connected to, given who answered lately (oldest first). Normally the last one. A balancer
 * without sticky sessions sends every poll to another node: then all of them, or the name would jump every second.
 */
export function connectedTo(answeredBy: readonly NodeRef[]): readonly NodeRef[] {
  const switches = answeredBy.filter((node, index) => index > 0 && node.bootId !== answeredBy[index - 1]?.bootId);
  if (switches.length < SWITCHES_OF_A_BALANCER) return answeredBy.slice(-1);
  return [...new Map(answeredBy.map((node) => [node.bootId, node])).values()].sort(byName);
}

/** Node 2 before node 10. */
export function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name.localeCompare(b.name, 'en', { numeric: true });
}
