/** Clocks of browsers and servers differ by some seconds, and a request takes its time. */
const MARGIN_MS = 60_000;

/**
 * Whether a request with this token leaves the session as it is. One with an expired token would renew it: a page that is
 * open and that nobody uses would never be signed out. What the host asks when somebody works renews it all the same.
 */
export function isFresh(token: string, now: number): boolean {
  const [, payload = ''] = token.split('.');
  try {
    const { exp } = JSON.parse(atob(payload.replace(/-/g, '+').replace(/_/g, '/'))) as { exp?: unknown };
    return typeof exp !== 'number' || exp * 1_000 - now > MARGIN_MS;
  } catch {
    // Somebody else's kind of token, of which nothing is known.
    return true;
  }
}
