import type { Verdict } from '../../../../shared/policy';
import type { Clock } from '../../../core/clock';
import { sentence } from '../../../core/errors';
import { afterRefusal, BEGIN_WITHIN, isForgotten, type QueueRecord } from '../../../core/policy/queued';
import type { Log } from '../../../ports';
import type { Audit } from '../contract';
import type { SealedRecords, Seen } from '../sealed';
import type { Launched } from './launch';

export interface RunnerDeps {
  readonly records: SealedRecords<QueueRecord>;
  /** The same answer as for whoever asks now, with what was brought when it was queued. */
  readonly judge: (record: QueueRecord) => Promise<Verdict>;
  readonly words: (verdict: Verdict) => string;
  /** Takes the approval that it stands on; false: it is not to be had any more. */
  readonly takeApproval: (record: QueueRecord) => Promise<boolean>;
  readonly launch: (record: QueueRecord) => Promise<Launched>;
  /** Whether this node may lead anything now. */
  readonly isFree: () => boolean;
  readonly audit: Pick<Audit, 'note' | 'conclude'>;
  readonly clock: Clock;
  readonly log: Log;
  /** Name of this node. */
  readonly node: string;
}

/** How often each node looks, in milliseconds. */
const LOOK_EVERY = 5_000;
const MOST = 50;
/** Every so many looks: nodes that disappeared, which is rare. */
const FORSAKE_EVERY = 12;

/**
 * Begins what has waited when it may begin. Every node looks; whoever changes the row first begins it, and the policy is asked
 * again in that moment, like for any other request.
 */
export class QueueRunner {
  private readonly stopping = new AbortController();
  private troubled = false;
  private prepared = false;
  private looks = 0;

  constructor(private readonly deps: RunnerDeps) {}

  start(): void {
    void this.lookForEver();
  }

  stop(): void {
    this.stopping.abort();
  }

  /** Resolves when this node has nothing to do in the queue any more; what it began goes on. */
  async look(): Promise<void> {
    const { records, isFree } = this.deps;
    if (this.looks % FORSAKE_EVERY === 0) await this.forsake();
    this.looks += 1;
    if (!isFree()) return;
    const waiting = await records.list(MOST, ['waiting']);
    // The oldest first, and one at a time.
    for (const seen of [...waiting].reverse()) {
      if (this.stopping.signal.aborted || (await this.consider(seen))) return;
    }
  }

  private async lookForEver(): Promise<void> {
    const { clock, log } = this.deps;
    while (!this.stopping.signal.aborted) {
      await clock.sleep(LOOK_EVERY, this.stopping.signal);
      if (this.stopping.signal.aborted) return;
      try {
        await this.prepare();
        await this.look();
        this.troubled = false;
      } catch (error) {
        // Once, and not every five seconds.
        if (!this.troubled) log.warn(`The queue cannot be looked at: ${sentence(error)}`);
        this.troubled = true;
      }
    }
  }

  /** An earlier version of this plugin had no such table: looking for it would be an error in the log of the database. */
  private async prepare(): Promise<void> {
    if (!this.prepared) await this.deps.records.tidy();
    this.prepared = true;
  }

  /** True: it began, so nothing else can. */
  private async consider(seen: Seen<QueueRecord>): Promise<boolean> {
    const { records, judge, words } = this.deps;
    const { record } = seen;
    const now = await records.now();
    if (isForgotten(record, now)) return this.end(seen, 'missed', 'It could not begin in two weeks.');
    const verdict = await judge(record);
    if (verdict.decision === 'allow') return this.begin(seen, verdict, now);
    const next = afterRefusal(record, verdict, words(verdict));
    if (!next || !(await records.replace(seen, next)) || next.state !== 'missed') return false;
    await this.note(record, verdict, `missed: ${next.result ?? ''}`);
    return false;
  }

  private async begin(seen: Seen<QueueRecord>, verdict: Verdict, now: number): Promise<boolean> {
    const { records, node, takeApproval } = this.deps;
    const { startsAt: _startsAt, result: _result, ...rest } = seen.record;
    const started: QueueRecord = { ...rest, state: 'started', startedBy: node, startedAt: now };
    if (!(await records.replace(seen, started))) return false;
    if (!(await takeApproval(started))) {
      await this.rewrite(started, { ...rest, state: 'waiting', result: 'Its approval is used or over.' });
      return false;
    }
    const id = await this.note(started, verdict);
    const launched = await this.launch(started);
    const told = await this.tell(started, launched);
    await this.deps.audit.conclude(id, told.result ?? 'began', told.operationId);
    return launched.outcome === 'began';
  }

  private async launch(record: QueueRecord): Promise<Launched> {
    try {
      return await this.deps.launch(record);
    } catch (error) {
      return { outcome: 'waits', why: sentence(error) };
    }
  }

  /** An approval is used by the attempt: what it was given for is done now, or needs another one. */
  private async tell(started: QueueRecord, launched: Launched): Promise<QueueRecord> {
    if (launched.outcome === 'began') {
      const { operationId } = launched;
      this.deps.log.info(`Began what has waited: ${started.action} ${started.subject}.`, { operation: operationId });
      return this.rewrite(started, { ...started, operationId });
    }
    const { startedBy: _by, startedAt: _at, ...rest } = started;
    const again = launched.outcome === 'waits' && started.approval === undefined;
    return this.rewrite(started, { ...rest, state: again ? 'waiting' : 'failed', result: launched.why });
  }

  private async end(seen: Seen<QueueRecord>, state: 'missed' | 'failed', result: string): Promise<false> {
    await this.deps.records.replace(seen, { ...seen.record, state, result });
    return false;
  }

  /** Rows of a node that disappeared between its claim and its operation. */
  private async forsake(): Promise<void> {
    const { records } = this.deps;
    const begun = (await records.list(MOST, ['started'])).filter(({ record }) => record.operationId === undefined);
    if (begun.length === 0) return;
    const now = await records.now();
    for (const seen of begun) {
      if (now < (seen.record.startedAt ?? 0) + BEGIN_WITHIN) continue;
      await this.end(seen, 'failed', `${seen.record.startedBy ?? 'The node'} disappeared before it began.`);
    }
  }

  private async rewrite(before: QueueRecord, next: QueueRecord): Promise<QueueRecord> {
    const seen = await this.deps.records.find(before.id);
    if (seen?.record.state === 'started') await this.deps.records.replace(seen, next);
    return next;
  }

  private note(record: QueueRecord, { decision, reasons }: Verdict, result?: string): Promise<string> {
    const { action, subject, parameters, reason, approval, requestedBy } = record;
    return this.deps.audit.note({
      ...{ person: requestedBy.name, by: 'queue', action, subject, parameters, decision, reasons, reason },
      ...(approval === undefined ? {} : { approvalId: approval }),
      ...(result === undefined ? {} : { result }),
    });
  }
}
