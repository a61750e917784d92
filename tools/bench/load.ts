export interface LoadResult {
  readonly requests: number;
  /** Answered with anything but 200, or not at all. */
  readonly failed: number;
  /** Seconds until the answer (or the failure) of the slowest request. */
  readonly slowest: number;
}

export interface Load {
  /** Sends nothing more, waits for what is under way and gives the counts. */
  stop(): Promise<LoadResult>;
}

const PATIENCE = 60_000;

/** Users who do not wait for each other: a GET is sent at a fixed rate, whether or not the last one was answered. */
export function startLoad(url: string, token: string, perSecond: number): Load {
  const headers = { authorization: `Bearer ${token}`, 'x-authenticator': 'basic' };
  const outcomes: Promise<{ good: boolean; seconds: number }>[] = [];
  const send = async () => {
    const began = performance.now();
    const good = await fetch(url, { headers, signal: AbortSignal.timeout(PATIENCE) }).then(
      async (response) => (await response.text()) !== '' && response.status === 200,
      () => false,
    );
    return { good, seconds: (performance.now() - began) / 1000 };
  };
  const timer = setInterval(() => outcomes.push(send()), 1000 / perSecond);
  return {
    async stop() {
      clearInterval(timer);
      const seen = await Promise.all(outcomes);
      return {
        requests: seen.length,
        failed: seen.filter(({ good }) => !good).length,
        slowest: Math.max(0, ...seen.map(({ seconds }) => seconds)),
      };
    },
  };
}
