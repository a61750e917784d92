import type { NodePhase, NodeRef } from '../../shared/domain';
import type { Clock } from '../core/clock';
import { sentence } from '../core/errors';
import type { Ledger, Log } from '../ports';

const HOUSEKEEPING = 20_000;

/** This process in the list that the database keeps: a leader then knows that it may write, whatever Redis says. */
export class Presence {
  private problem: string | undefined;
  private joining: Promise<void> | undefined;
  private tidyAt = 0;

  constructor(
    private readonly ledger: Ledger,
    private readonly node: NodeRef,
    private readonly log: Log,
    private readonly clock: Clock,
  ) {}

  /**
   * Registers, also after the registration was lost with its connection or with the table. Never rejects: a database
   * that does not take it (no right to make a table, say) must not keep the app from serving (rule R12).
   */
  async ensure(): Promise<void> {
    if (!this.ledger.present()) await this.renew();
  }

  /** The same when the table may be gone: a restore or `db:clean` drops it. */
  renew(): Promise<void> {
    return (this.joining ??= this.join().finally(() => (this.joining = undefined)));
  }

  /**
   * Looks whose connection is dead, so that the next leader need not wait until that is certain; at most every
   * `HOUSEKEEPING` milliseconds.
   */
  async tidy(): Promise<void> {
    const now = this.clock.monotonic();
    if (now < this.tidyAt) return;
    this.tidyAt = now + HOUSEKEEPING;
    await this.ledger.nodes().catch(() => []);
  }

  /** To be told of every sight, and in which phase this process is then. */
  observe(phase: NodePhase): void {
    if (phase !== 'waiting' && phase !== 'stopping') void this.ensure();
    if (phase === 'serving') void this.tidy();
  }

  leave(): Promise<void> {
    return this.ledger.leave();
  }

  private async join(): Promise<void> {
    try {
      await this.ledger.join({ ...this.node, sentAt: this.clock.monotonic() });
      this.problem = undefined;
    } catch (error) {
      const problem = sentence(error);
      if (problem !== this.problem) {
        this.log.warn(`Not registered in the database, so no leader waits for this node without Redis: ${problem}`);
      }
      this.problem = problem;
    }
  }
}
