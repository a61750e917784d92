import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startGate, type GateProgram } from './gate-program';

const SEATS = 5_000;
const LIMIT = 12_000;
const TOO_MANY = 100;
/** Connections that are opened in the same moment. */
const WAVE = 250;
const MEGABYTE = 2 ** 20;

let program: GateProgram | undefined;
const sockets: Socket[] = [];
const look = async () => (await program?.look()) ?? { waiting: NaN, bytes: NaN };

beforeAll(async () => {
  program = await startGate({ holdLimit: LIMIT, holdSeats: SEATS });
});
afterAll(() => {
  for (const socket of sockets) socket.destroy();
  program?.stop();
});

interface Client {
  /** The head of the answer, and how long it took, in milliseconds. */
  readonly answered: Promise<{ readonly head: string; readonly after: number }>;
}

/** A client that sends a small write; as little as possible of it lives in this process. */
async function client(): Promise<Client> {
  const socket = connect(program?.port ?? 0, '127.0.0.1');
  sockets.push(socket);
  await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject));
  const began = performance.now();
  socket.write('POST /api/posts:create HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\n{}');
  const answered = new Promise<{ head: string; after: number }>((resolve) => {
    socket.once('data', (data) => resolve({ head: String(data), after: performance.now() - began }));
  });
  return { answered };
}

async function clients(count: number): Promise<Client[]> {
  const all: Client[] = [];
  while (all.length < count) {
    const wave = Math.min(WAVE, count - all.length);
    all.push(...(await Promise.all(Array.from({ length: wave }, client))));
  }
  return all;
}

/** How long the probe took, in milliseconds. */
async function live(): Promise<number> {
  const began = performance.now();
  const { ok } = await fetch(`http://127.0.0.1:${program?.port ?? 0}/api/clusterMaintenance:live`);
  expect(ok).toBe(true);
  return performance.now() - began;
}

it('5,000 may wait: the next are refused at once, all are refused at the limit, and the process stays well', async () => {
  const before = await look();
  const waiting = await clients(SEATS);
  await expect.poll(async () => (await look()).waiting, { interval: 500, timeout: 10_000 }).toBe(SEATS);
  const { bytes } = await look();
  const turnedAway = await Promise.all((await clients(TOO_MANY)).map(({ answered }) => answered));
  const probes: number[] = [];
  let over = false;
  const ended = Promise.all(waiting.map(({ answered }) => answered)).finally(() => (over = true));
  while (!over) {
    probes.push(await live());
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const answers = await ended;

  expect(turnedAway.every(({ head }) => /^HTTP\/1\.1 503/.test(head))).toBe(true);
  expect(Math.max(...turnedAway.map(({ after }) => after))).toBeLessThan(LIMIT / 2);
  expect(answers.every(({ head }) => /^HTTP\/1\.1 503/.test(head) && /\r\nRetry-After: 42\r\n/.test(head))).toBe(true);
  const times = answers.map(({ after }) => after).sort((a, b) => a - b);
  expect(times[0]).toBeGreaterThanOrEqual(LIMIT - 50);
  expect(times.at(-1)).toBeLessThan(LIMIT + 2_000);
  probes.sort((a, b) => a - b);
  const slow = probes.at(-1) ?? NaN;
  // Other tests run on this machine at the same time, and one of them may be given the processor.
  const nearlyAll = probes[Math.floor(probes.length * 0.98)] ?? NaN;
  const perClient = (bytes - before.bytes) / SEATS / 1024;
  console.info(
    `5,000 waited ${times[0]?.toFixed(0)} to ${times.at(-1)?.toFixed(0)} ms, ${perClient.toFixed(1)} kB each; ` +
      `${probes.length} probes, the slowest ${slow.toFixed(0)} ms`,
  );
  expect(bytes - before.bytes).toBeLessThan(150 * MEGABYTE);
  expect(probes.length).toBeGreaterThan(20);
  expect(nearlyAll).toBeLessThan(100);
  expect(slow).toBeLessThan(1_000);
  expect((await look()).waiting).toBe(0);
}, 60_000);
