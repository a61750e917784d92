import type { NodeReport, OperationRecord, RosterEntry } from '../../shared/domain';
import type { LeaseToken, StateStore } from '../ports';
import type { RedisConnection } from './connection';
import type { RedisKeys } from './keys';
import { holder } from './lease';
import { decodeRecord, decodeReport, encodeRecord, overOf, READ_FIELDS, unreadable } from './records';
import { oneOf, unknownReply } from './scripts';

/** The record as a hash, the roster as a hash and a sorted set. Times are those of Redis' clock. */
export class RedisStateStore implements StateStore {
  constructor(
    private readonly connection: RedisConnection,
    private readonly keys: RedisKeys,
  ) {}

  async read(): Promise<OperationRecord | undefined> {
    const values = await this.connection.run((client) => client.hmget(this.keys.operation, ...READ_FIELDS));
    return decodeRecord(values, this.keys.operation);
  }

  async write(token: LeaseToken, record: OperationRecord): Promise<'written' | 'lost'> {
    return oneOf('write', await this.put('write', token, record), ['written', 'lost']);
  }

  async commit(token: LeaseToken, record: OperationRecord): Promise<'written' | 'lost' | 'cancelled'> {
    return oneOf('commit', await this.put('commit', token, record), ['written', 'lost', 'cancelled']);
  }

  async cancel(operationId: string, by: string): Promise<'requested' | 'late' | 'gone'> {
    const reply = await this.connection.script('cancel', [this.keys.operation], [operationId, by]);
    return oneOf('cancel', reply, ['requested', 'late', 'gone']);
  }

  async restore(record: OperationRecord): Promise<'written' | 'moved'> {
    const { lease, epoch, operation } = this.keys;
    const values = [record.epoch, ...encodeRecord(record)];
    const reply = await this.connection.script('restore', [lease, epoch, operation], values);
    return oneOf('restore', reply, ['written', 'moved']);
  }

  async finish(token: LeaseToken, record: OperationRecord): Promise<'written' | 'lost'> {
    return oneOf('finish', await this.put('finish', token, record), ['written', 'lost']);
  }

  async settle(seen: OperationRecord, next: OperationRecord): Promise<'written' | 'moved'> {
    const { lease, operation } = this.keys;
    const values = [seen.epoch, seen.phase, overOf(seen), ...encodeRecord(next)];
    const reply = await this.connection.script('settle', [lease, operation], values);
    return oneOf('settle', reply, ['written', 'moved']);
  }

  async report(node: NodeReport, ttl: number): Promise<{ readonly record: OperationRecord | undefined }> {
    const { nodes, seen, operation } = this.keys;
    const values = [node.bootId, ttl, node.sentAt.toFixed(3), JSON.stringify(node)];
    const reply = await this.connection.script('report', [nodes, seen, operation], values);
    if (!Array.isArray(reply)) throw unknownReply('report', reply);
    return { record: decodeRecord(reply, operation) };
  }

  async roster(): Promise<readonly RosterEntry[]> {
    const reply = await this.connection.script('roster', [this.keys.nodes]);
    const [seconds, micros, fields]: unknown[] = Array.isArray(reply) ? reply : [];
    if (!Array.isArray(fields)) throw unknownReply('roster', reply);
    const now = Number(seconds) * 1000 + Math.floor(Number(micros) / 1000);
    const entries = fields.filter((_, index) => index % 2 === 1).map((value) => this.entry(String(value), now));
    return entries.filter((entry) => entry !== undefined).sort(byAge);
  }

  async leave(bootId: string): Promise<void> {
    const { nodes, seen } = this.keys;
    oneOf('leave', await this.connection.script('leave', [nodes, seen], [bootId]), ['left']);
  }

  private put(name: 'write' | 'commit' | 'finish', token: LeaseToken, record: OperationRecord): Promise<unknown> {
    const { lease, operation } = this.keys;
    return this.connection.script(
      name,
      [lease, operation],
      [holder(token), token.epoch, record.revision, ...encodeRecord(record)],
    );
  }

  /** Undefined when it has expired. */
  private entry(value: string, now: number): RosterEntry | undefined {
    const match = /^(\d+) (\d+) [\d.]+ (.*)$/s.exec(value);
    if (!match) throw unreadable(this.keys.nodes, 'no report');
    const [, arrived, expires, json = ''] = match;
    if (Number(expires) <= now) return undefined;
    // The clock of Redis may be set back, or another server's takes over.
    return { ...decodeReport(json, this.keys.nodes), silentMs: Math.max(0, now - Number(arrived)) };
  }
}

/** Boot ids are random, so the order is that of the starts; equal ones need some fixed order, too. */
function byAge(a: RosterEntry, b: RosterEntry): number {
  return a.startedAt - b.startedAt || (a.bootId < b.bootId ? -1 : 1);
}
