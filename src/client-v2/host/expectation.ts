/** When each of them came, by this browser's monotonic clock. */
const arrivals = new WeakMap<object, number>();

/**
 * When a node that refused a request, or told so over the websocket, is expected to serve again, by this browser's
 * monotonic clock; undefined when it did not say. To be asked soon after it came.
 */
export function endOf(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const { expectedInSeconds } = error as { readonly expectedInSeconds?: unknown };
  if (typeof expectedInSeconds !== 'number') return undefined;
  const arrived = arrivals.get(error) ?? performance.now();
  arrivals.set(error, arrived);
  return arrived + expectedInSeconds * 1_000;
}
