import type { NodeRef } from '../../shared/domain';
import { sentence } from '../core/errors';
import type { Ledger, Log } from '../ports';

/** This process in the list that the database keeps: a leader then knows that it may write, whatever Redis says. */
export class Presence {
  private problem: string | undefined;
  private joining: Promise<void> | undefined;

  constructor(
    private readonly ledger: Ledger,
    private readonly node: NodeRef,
    private readonly log: Log,
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

  leave(): Promise<void> {
    return this.ledger.leave();
  }

  private async join(): Promise<void> {
    try {
      await this.ledger.join(this.node);
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
