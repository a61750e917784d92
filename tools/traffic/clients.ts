import { randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';
import { pause } from '../bench/timing';
import { TABLE } from './stage';

/** One request of one client, and what came of it. Times are those of `performance.now()`. */
export interface Sent {
  readonly client: number;
  /** The client's own count of its writes; absent for a read. */
  readonly number: number | undefined;
  readonly began: number;
  readonly ended: number;
  /** 0: there was no answer. */
  readonly status: number;
  /** The beginning of an answer that is not 200, or why there is none. */
  readonly words: string;
}

export interface Crowd {
  /** Part of the id of every row that it has written. */
  readonly run: string;
  /** Everybody finishes what is under way, and then nothing more is sent. */
  stop(): Promise<readonly Sent[]>;
}

export interface CrowdOptions {
  readonly clients: number;
  readonly token: string;
  /** Where this client sends all its requests. */
  readonly urlOf: (client: number) => string;
}

/** Longer than anything may take: who gets no answer until then has failed. */
const PATIENCE = 90_000;
/** People look at what they got: from 0.2 to 0.6 s between an answer and the next request. */
const [SHORTEST_LOOK, LONGEST_LOOK] = [200, 600];
/** One of so many requests is a write. */
const WRITES = 5;

/** Users with one kept connection each, who send their next request some time after the last one was answered. */
export function startCrowd({ clients, token, urlOf }: CrowdOptions): Crowd {
  const run = randomUUID().slice(0, 8);
  const sent: Sent[] = [];
  let over = false;
  const live = async (client: number) => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const user = { url: urlOf(client), token, agent };
    // They came at different times.
    await pause(Math.random() * LONGEST_LOOK);
    for (let turn = client, number = 0; !over; turn += 1) {
      const writes = turn % WRITES === 0;
      if (writes) number += 1;
      sent.push(await send(user, client, writes ? { number, id: idOf(run, client, number) } : undefined));
      await pause(SHORTEST_LOOK + Math.random() * (LONGEST_LOOK - SHORTEST_LOOK));
    }
    agent.destroy();
  };
  const lives = Promise.all(Array.from({ length: clients }, (_, client) => live(client)));
  return {
    run,
    async stop() {
      over = true;
      await lives;
      return sent;
    },
  };
}

/** What a write stores: no other has the same. */
export function idOf(run: string, client: number, number: number): string {
  return `${run} ${client} ${number}`;
}

interface User {
  readonly url: string;
  readonly token: string;
  readonly agent: Agent;
}

async function send(user: User, client: number, write?: { number: number; id: string }): Promise<Sent> {
  const began = performance.now();
  const answer = await exchange(user, write?.id).catch((error: unknown) => ({ status: 0, text: String(error) }));
  const words = answer.status === 200 ? '' : answer.text.slice(0, 200);
  return { client, number: write?.number, began, ended: performance.now(), status: answer.status, words };
}

/** The whole answer; rejects when it does not come to its end. */
function exchange({ url, token, agent }: User, title?: string): Promise<{ status: number; text: string }> {
  const headers = { authorization: `Bearer ${token}`, 'x-authenticator': 'basic', 'content-type': 'application/json' };
  const [method, path] = title === undefined ? ['GET', 'list?pageSize=5&sort=-id'] : ['POST', 'create'];
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(PATIENCE);
    const outgoing = request(`${url}/api/${TABLE}:${path}`, { agent, method, headers, signal }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (part: string) => (text += part));
      answer.once('end', () => resolve({ status: answer.statusCode ?? 0, text }));
      answer.once('error', reject);
    });
    outgoing.once('error', reject);
    outgoing.end(title === undefined ? undefined : JSON.stringify({ title }));
  });
}
