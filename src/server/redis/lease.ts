import type { AcquireOutcome, Lease, LeaseToken, OperationDraft } from '../ports';
import type { RedisConnection } from './connection';
import type { RedisKeys } from './keys';
import { decodeRecord, encodeRecord, unreadable } from './records';
import { oneOf, unknownReply } from './scripts';

/** The lease as a key that expires. Every method is one script: owner and epoch are compared inside Redis. */
export class RedisLease implements Lease {
  constructor(
    private readonly connection: RedisConnection,
    private readonly keys: RedisKeys,
  ) {}

  async acquire(draft: OperationDraft, ttl: number, epoch: number, known: number): Promise<AcquireOutcome> {
    const { lease, epoch: counter, operation } = this.keys;
    const { leader, lastChange, follows = 0 } = draft;
    const values = [leader.bootId, ttl, epoch, lastChange, follows, known, ...encodeRecord(draft)];
    const reply = await this.connection.script('acquire', [lease, counter, operation], values);
    if (!Array.isArray(reply)) throw unknownReply('acquire', reply);
    const [word, ...rest]: unknown[] = reply;
    const outcome = oneOf('acquire', word, ['acquired', 'outdated', 'forgotten', 'busy', 'interrupted']);
    if (outcome === 'outdated') return { outcome, epoch: this.epoch(rest[0]) };
    if (outcome === 'forgotten') return { outcome };
    if (outcome === 'acquired') {
      return { outcome, record: { ...draft, epoch: this.epoch(rest[0]), lastChange: Number(rest[1] ?? 0) } };
    }
    const record = decodeRecord(rest, operation);
    if (outcome === 'busy') return { outcome, record };
    if (!record) throw unreadable(operation, 'no operation where one is unfinished');
    return { outcome, record };
  }

  async renew(token: LeaseToken, ttl: number): Promise<'renewed' | 'restored' | 'lost'> {
    const { lease, epoch, operation } = this.keys;
    const reply = await this.connection.script('renew', [lease, epoch, operation], [holder(token), token.epoch, ttl]);
    return oneOf('renew', reply, ['renewed', 'restored', 'lost']);
  }

  async isHeld(): Promise<boolean> {
    return (await this.connection.script('held', [this.keys.lease], [])) === 1;
  }

  async release(token: LeaseToken): Promise<'released' | 'lost'> {
    const reply = await this.connection.script('release', [this.keys.lease], [holder(token)]);
    return oneOf('release', reply, ['released', 'lost']);
  }

  private epoch(text: unknown): number {
    const epoch = Number(text);
    if (typeof text === 'string' && Number.isSafeInteger(epoch) && epoch > 0) return epoch;
    throw unreadable(this.keys.epoch, 'no epoch');
  }
}

/** What the key of the lease holds. */
export function holder({ epoch, bootId }: LeaseToken): string {
  return `${epoch}:${bootId}`;
}
