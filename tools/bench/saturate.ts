import { Agent, request } from 'node:http';

export interface Target {
  readonly url: string;
  readonly token: string;
}

/**
 * Requests per second that one node answers: each connection is kept and sends its next GET when the last one was
 * answered. Rejects at the first answer that is not 200: a node that refuses is fast, but not good.
 */
export async function saturate({ url, token }: Target, connections: number, ms: number): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const headers = { authorization: `Bearer ${token}`, 'x-authenticator': 'basic' };
  const began = performance.now();
  const until = began + ms;
  let answered = 0;
  const user = async () => {
    while (performance.now() < until) {
      const status = await get(url, agent, headers);
      if (status !== 200) throw new Error(`GET ${url} answered ${status} while its throughput was measured.`);
      answered += 1;
    }
  };
  try {
    await Promise.all(Array.from({ length: connections }, user));
    // The last answers come after the time is over: they count, and so does the time that they took.
    return answered / ((performance.now() - began) / 1000);
  } finally {
    agent.destroy();
  }
}

function get(url: string, agent: Agent, headers: Record<string, string>): Promise<number> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { agent, headers }, (answer) => {
      answer.resume();
      answer.once('end', () => resolve(answer.statusCode ?? 0));
      answer.once('error', reject);
    });
    outgoing.once('error', reject);
    outgoing.end();
  });
}
