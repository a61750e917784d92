import type { NodeReport, OperationRecord, RosterEntry } from '../../shared/domain';
import type { LeaseToken, StateStore } from '../ports';
import type { RedisConnection } from './connection';
import type { RedisKeys } from './keys';
import { holder } from './lease';
import { decodeRecord, decodeReport, encodeRecord, overOf, unreadable } from './records';
import { oneOf, unknownReply } from './scripts';

/** The record as a hash, the roster as a hash and a sorted set. Times are those of Redis' clock. */
export class RedisStateStore implements StateStore {
  constructor(
    private readonly connection: RedisConnection,
    private readonly keys: RedisKeys,
  ) {}

  async read(): Promise<OperationRecord | undefined> {
    const pair = await this.connection.run((client) => client.hmget(this.keys.operation, 'epoch', 'record'));
    return decodeRecord(pair, this.keys.operation);
  }

  write(token: LeaseToken, record: OperationRecord): Promise<'written' | 'lost'> {
    return this.put('write', token, record);
  }

  finish(token: LeaseToken, record: OperationRecord): Promise<'written' | 'lost'> {
    return this.put('finish', token, record);
  }

  async settle(seen: OperationRecord, next: OperationRecord): Promise<'written' | 'moved'> {
    const { lease, operation } = this.keys;
    const values = [seen.epoch, seen.phase, overOf(seen), ...encodeRecord(next)];
    const reply = await this.connection.script('settle', [lease, operation], values);
    return oneOf('settle', reply, ['written', 'moved']);
  }

  async report(node: NodeReport, ttl: number): Promise<{ readonly record: OperationRecord | undefined }> {
    const { nodes, seen, operation } = this.keys;
    const values = [node.bootId, ttl, JSON.stringify(node)];
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

  private async put(name: 'write' | 'finish', token: LeaseToken, record: OperationRecord): Promise<'written' | 'lost'> {
    const { lease, operation } = this.keys;
    const values = [holder(token), token.epoch, ...encodeRecord(record)];
    return oneOf(name, await this.connection.script(name, [lease, operation], values), ['written', 'lost']);
  }

  /** Undefined when it has expired. */
  private entry(value: string, now: number): RosterEntry | undefined {
    const match = /^(\d+) (\d+) (.*)$/s.exec(value);
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
