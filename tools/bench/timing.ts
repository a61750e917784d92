/** Seconds that the work took. */
export async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1000;
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Milliseconds since 1970 with fractions, to be compared with the clock of another process on this machine. */
export function wallClock(): number {
  return performance.timeOrigin + performance.now();
}

/** Runs both sides one after the other; which one begins changes from round to round, because machines drift. */
export async function inTurn(round: number, one: () => Promise<void>, other: () => Promise<void>): Promise<void> {
  const order = round % 2 === 0 ? [one, other] : [other, one];
  for (const side of order) await side();
}
