import type { OperationKind, OperationRecord } from '../../../shared/domain';
import type { Delivery, DeliveryState, News } from '../../../shared/news';
import type { Clock } from '../../core/clock';
import { sentence } from '../../core/errors';
import { driftNews, DRIFTS_LONG, newsOf, type DriftingNode } from '../../core/news';
import type { NewsSettings } from '../../core/news-settings';
import type { Outbox, PendingDelivery } from '../../database/outbox';
import type { Log } from '../../ports';
import type { Attempt } from './webhook';

export interface DispatcherDeps {
  readonly settings: NewsSettings;
  readonly outbox: Outbox;
  readonly clock: Clock;
  readonly log: Log;
  /** What is not ready is left for later, or for another node, and costs no attempt. */
  readonly ready: (target: Delivery['target']) => boolean;
  readonly deliver: Readonly<Record<Delivery['target'], (news: News) => Promise<Attempt>>>;
  /** Nodes that serve, or tried to, with other code than the database was left for. */
  readonly drifting: () => Promise<readonly DriftingNode[]>;
}

/** Milliseconds before attempt 2, 3, …; after the last one the delivery is dead. */
export const PAUSES: readonly number[] = [5_000, 30_000, 120_000, 600_000, 3_600_000];
/** How often one looks for what others have left, and at drift, in milliseconds. */
const ROUND = 30_000;
const REPLACING: readonly OperationKind[] = ['restore', 'roll-back', 'migration'];
/** Told once more, the database knows it. */
const REMEMBERED = 1_000;

/**
 * Tells people who do not look at the page. Whatever happens here, operations do not notice: news is put into the database
 * and sent from there, again until somebody has taken it or nobody will.
 */
export class Dispatcher {
  private readonly told = new Set<string>();
  private phase: { readonly key: string; readonly since: number } | undefined;
  private isChanging = false;
  private readonly differs = new Map<string, number>();
  private readonly ended = new AbortController();
  private alarm = new AbortController();
  private running: Promise<void> | undefined;

  constructor(private readonly deps: DispatcherDeps) {}

  private get targets(): readonly Delivery['target'][] {
    const { webhook, channel } = this.deps.settings;
    return [...(webhook ? (['webhook'] as const) : []), ...(channel ? (['channel'] as const) : [])];
  }

  /** Without a target there is nothing to do, and nothing is asked of the database. */
  start(): void {
    if (this.targets.length > 0) this.running ??= this.run();
  }

  /** What is being sent is waited for. */
  async stop(): Promise<void> {
    this.ended.abort();
    this.alarm.abort();
    await this.running;
  }

  /** To be told of every sight of the record. */
  observe(record: OperationRecord | undefined): void {
    const { clock } = this.deps;
    const key = `${record?.id} ${record?.phase}`;
    if (key !== this.phase?.key) {
      this.phase = { key, since: clock.monotonic() };
      this.alarm.abort();
    }
    // All tables are replaced: nothing that is put there meanwhile would stay. What is told comes afterwards.
    this.isChanging = record?.phase === 'working' && record.changed && REPLACING.includes(record.kind);
    if (this.isChanging) return;
    const news = record && newsOf(record, clock.monotonic() - this.phase.since, clock.wall());
    if (news) void this.publish(news);
  }

  async publish(news: News): Promise<void> {
    if (this.told.has(news.id) || !this.deps.settings.events.includes(news.event)) return;
    if (this.told.size >= REMEMBERED) this.told.clear();
    this.told.add(news.id);
    try {
      for (const target of this.targets) await this.deps.outbox.put(news, target);
      this.alarm.abort();
    } catch {
      // The tables may be in the middle of being replaced: the next sight tries it again.
      this.told.delete(news.id);
    }
  }

  /** What did not arrive. */
  list(state: DeliveryState): Promise<readonly Delivery[]> {
    return this.deps.outbox.list(state);
  }

  async redeliver(id: string): Promise<boolean> {
    const found = await this.deps.outbox.revive(id);
    this.alarm.abort();
    return found;
  }

  private async run(): Promise<void> {
    const { clock, log } = this.deps;
    while (!this.ended.signal.aborted) {
      this.alarm = new AbortController();
      const next = await this.round().catch((error: unknown) => {
        log.warn(`News could not be sent: ${sentence(error)}`);
        return ROUND;
      });
      if (!this.ended.signal.aborted) await clock.sleep(next, this.alarm.signal);
    }
  }

  /** Milliseconds until there is something to do. */
  private async round(): Promise<number> {
    const { outbox } = this.deps;
    if (this.isChanging) return ROUND;
    await this.lookForDrift();
    const pending = (await outbox.pending()).filter(({ target }) => this.deps.ready(target));
    const waits = pending.map((delivery) => pauseOf(delivery) - delivery.idleFor);
    for (const [index, delivery] of pending.entries()) {
      if ((waits[index] ?? 0) <= 0) await this.attempt(delivery);
    }
    await outbox.forgetOld();
    return Math.min(ROUND, ...waits.map((wait) => Math.max(wait, 1_000)));
  }

  private async attempt(delivery: PendingDelivery): Promise<void> {
    const { outbox, clock, deliver, log } = this.deps;
    if (!(await outbox.claim(delivery, clock.newId()))) return;
    const outcome = await deliver[delivery.target](delivery.news);
    if (outcome.end === 'sent') return outbox.conclude(delivery.id, 'sent', '');
    const dead = outcome.end === 'never' || delivery.attempts >= PAUSES.length;
    await outbox.conclude(delivery.id, dead ? 'dead' : 'pending', outcome.problem);
    log.warn(`${delivery.news.title}: the ${delivery.target} did not get it${dead ? '' : ' yet'}: ${outcome.problem}`);
  }

  private async lookForDrift(): Promise<void> {
    const { drifting, clock } = this.deps;
    const now = clock.monotonic();
    const nodes = await drifting();
    const key = ({ bootId, fingerprint }: DriftingNode) => `${bootId} ${fingerprint}`;
    const present = new Set(nodes.map(key));
    for (const known of [...this.differs.keys()]) if (!present.has(known)) this.differs.delete(known);
    for (const node of nodes) {
      const since = this.differs.get(key(node)) ?? now;
      this.differs.set(key(node), since);
      if (now - since >= DRIFTS_LONG) await this.publish(driftNews(node, clock.wall()));
    }
  }
}

function pauseOf({ attempts }: Delivery): number {
  return attempts === 0 ? 0 : (PAUSES[attempts - 1] ?? 0);
}
