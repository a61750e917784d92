import type { Client } from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startPostgres, type PostgresServer } from '../../cluster';
import { namesOf } from '../names';
import { rememberCommits, watchOverlaps, type OverlapWatch } from '../overlap';

const names = namesOf({ APP_KEY: 'test', DB_DATABASE: 'watched' });
const { classid, objid } = names.guard;
const KEY = `(${classid}::bigint << 32) | ${objid}::bigint`;
const CHANGE = `UPDATE "applicationPlugins" SET enabled = NOT enabled`;
const WRITE = `INSERT INTO "chaosNotes" (title) VALUES ('x')`;

describe('the watch for overlapping operations', () => {
  let postgres: PostgresServer;
  let watcher: Client;
  let overlaps: OverlapWatch;
  const nodes: Client[] = [];

  beforeAll(async () => {
    postgres = await startPostgres();
    await rememberCommits(postgres);
  });
  beforeEach(async () => {
    await Promise.all([...nodes.splice(0), ...(watcher ? [watcher] : [])].map((client) => client.end()));
    await postgres.dropDatabase('watched');
    await postgres.createDatabase('watched');
    watcher = await postgres.connect('watched');
    overlaps = await watchOverlaps(watcher, names, 'chaosNotes');
    const first = await node('node1');
    await first.query('CREATE TABLE cluster_maintenance_state (id text, epoch bigint)');
    await enter(first, 1);
    await first.query('CREATE TABLE "applicationPlugins" (name text, enabled boolean)');
    await first.query('CREATE TABLE "chaosNotes" (title text)');
    await first.query(`INSERT INTO "applicationPlugins" VALUES ('x', false)`);
    await leave(first);
  });
  afterAll(async () => {
    await Promise.all([...nodes, watcher].map((client) => client.end()));
    await postgres.stop();
  });

  it('finds nothing wrong with operations that follow each other, and with users in between', async () => {
    const [one, two] = [await node('node1'), await node('node2')];
    await two.query(WRITE);
    await enter(two, 2);
    await two.query(CHANGE);
    await leave(two);
    await one.query(WRITE);
    expect(await overlaps.verdict()).toEqual({ overlaps: [], operations: 2, changes: 4, unguarded: 0, writes: 2 });
  });

  it('sees a change of a node that did not enter last, also when nobody is inside', async () => {
    await (await node('node2')).query(CHANGE);
    const { overlaps: found, unguarded } = await overlaps.verdict();
    expect(found).toEqual([
      expect.stringMatching(/^node2: UPDATE applicationPlugins .*node1 entered last, with epoch 1/),
    ]);
    expect(unguarded).toBe(1);
  });

  it('sees a change that comes while another node is inside', async () => {
    const two = await node('node2');
    await enter(two, 2);
    await (await node('node1')).query('CREATE TABLE late (n int)');
    await (await node('node3')).query('DROP TABLE late');
    const { overlaps: found } = await overlaps.verdict();
    expect(found).toEqual([
      expect.stringMatching(/^node1: CREATE TABLE public.late .*node2 entered last/),
      expect.stringMatching(/^node3: DROP public.late .*node2 entered last/),
    ]);
  });

  it('sees a change that was committed after the next one had entered', async () => {
    const [one, two] = [await node('node1'), await node('node2')];
    await one.query('BEGIN');
    await one.query(CHANGE);
    await enter(two, 2);
    await one.query('COMMIT');
    expect((await overlaps.verdict()).overlaps).toEqual([
      expect.stringMatching(/^node1: UPDATE .* was committed [\d.]+ ms after node2 had entered with epoch 2$/),
    ]);
  });

  it('forgives a change that was rolled back', async () => {
    const [one, two] = [await node('node1'), await node('node2')];
    await one.query('BEGIN');
    await one.query(CHANGE);
    await enter(two, 2);
    await one.query('ROLLBACK');
    expect((await overlaps.verdict()).overlaps).toEqual([]);
  });

  it('sees a row of a user that is written, or only committed, while somebody is inside', async () => {
    const [one, two, three] = [await node('node1'), await node('node2'), await node('node3')];
    await three.query('BEGIN');
    await three.query(WRITE);
    await enter(two, 2);
    await one.query(WRITE);
    await two.query(WRITE);
    await three.query('COMMIT');
    const { overlaps: found } = await overlaps.verdict();
    expect(found).toEqual([
      expect.stringMatching(/^node3: .* was committed .* after node2 had entered/),
      expect.stringMatching(/^node1: INSERT chaosNotes .*while node2 was inside the guard$/),
      expect.stringMatching(/^node2: INSERT chaosNotes .*while node2 was inside the guard$/),
    ]);
  });

  it('does not take somebody who only looks whether it may enter for an operation', async () => {
    const [one, two] = [await node('node1'), await node('node2')];
    await two.query('BEGIN');
    await two.query(`SELECT pg_try_advisory_xact_lock(${KEY})`);
    await one.query(WRITE);
    await two.query('ROLLBACK');
    expect((await overlaps.verdict()).overlaps).toEqual([]);
  });

  it('judges what came since a mark by who had entered before it', async () => {
    const two = await node('node2');
    await two.query(CHANGE);
    const mark = await overlaps.mark();
    await enter(two, 2);
    await two.query(CHANGE);
    await leave(two);
    const { overlaps: found, operations } = await overlaps.verdict(mark);
    expect(found).toEqual([expect.stringContaining('node1 entered last')]);
    expect(operations).toBe(2);
    const later = await overlaps.mark();
    expect((await overlaps.verdict(later)).overlaps).toEqual([]);
  });

  async function node(name: string): Promise<Client> {
    const client = await postgres.connect('watched');
    nodes.push(client);
    await client.query(`SET application_name = '${name}'`);
    return client;
  }

  /** As the guard does: the lock in a transaction of its own, the epoch committed on another connection. */
  async function enter(client: Client, epoch: number): Promise<void> {
    const { rows } = await client.query<{ name: string }>(`SELECT current_setting('application_name') AS name`);
    const guard = await node(rows[0]?.name ?? '');
    guards.set(client, guard);
    await guard.query('BEGIN');
    await guard.query(`SELECT pg_advisory_xact_lock(${KEY})`);
    const sql = epoch === 1 ? `INSERT INTO cluster_maintenance_state VALUES ('x', 1)` : undefined;
    await client.query(sql ?? `UPDATE cluster_maintenance_state SET epoch = ${epoch}`);
  }

  async function leave(client: Client): Promise<void> {
    await guards.get(client)?.query('ROLLBACK');
  }

  const guards = new Map<Client, Client>();
});
