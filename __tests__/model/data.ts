import { isRepeatable } from '../../src/server/core/settlement';
import type { OperationKind, OperationRecord } from '../../src/shared/domain';
import type { Host } from './simulation';

/** A rule of design.md section 5 that did not hold. */
export class Violation extends Error {}

/** Who does the work of which operation. */
export interface Work {
  readonly epoch: number;
  readonly kind: OperationKind;
  readonly host: Host;
  /** Epoch of the held operation that it takes up. */
  readonly follows?: number;
}

/** A quiet operation at its work. */
export interface Reading {
  disturbedBy: string | undefined;
}

/**
 * What the nodes share beside the plugin's own tables: the data that operations change and requests write. It sees every
 * write, and so whether two operations, or an operation and a request, ever met.
 */
export class SharedData {
  /** Digest that the database asks for; empty until it is installed. */
  digest = 'v1';
  /** The operation whose work is under way: begun, and not ended by its leader. */
  working: Work | undefined;
  /** Somebody was told that every node has stopped for work by hand, and nobody has ended that. */
  manual: OperationRecord | undefined;
  /** What quiet operations are reading, and who wrote meanwhile. */
  readonly readings = new Set<Reading>();
  /** Ends of work by hand, whoever tried to tell which side first. */
  private readonly ended = new Set<string>();
  /** Epoch of a work whose leader died in the middle, until somebody resolved that or it was done again. */
  torn: number | undefined;
  /** The first rule that was seen broken; code under test catches errors, so it is kept here and not thrown. */
  broken: string | undefined;
  /** How often the database was changed by an operation. */
  changes = 0;
  /** Requests by what became of them. */
  readonly requests = { accepted: 0, refused: 0, written: 0, lost: 0 };
  /** Every epoch whose work has written. */
  readonly worked = new Set<number>();
  /** Highest epoch that has written. */
  private highest = 0;
  /** Epochs that somebody but their leader has ended in the database: whoever looks there alone serves. */
  private readonly settled = new Set<number>();
  /** Epochs that were resolved although their leader lives: it must not go on, or begin. */
  private readonly disowned = new Set<number>();

  constructor(private readonly isOver: (host: Host) => boolean) {}

  /** One write of an operation's work. */
  work(work: Work): void {
    const { epoch, kind, follows = 0 } = work;
    this.noticeDeath();
    // A person had the held operation done again: its leader, if it lives, must not go on.
    if (this.working && this.working.epoch <= follows) this.disown(this.working.epoch);
    if (epoch < this.highest) this.report(`R1: epoch ${epoch} wrote after epoch ${this.highest} had begun`);
    if (this.working && this.working.epoch !== epoch) {
      this.report(`R1: epoch ${epoch} works while epoch ${this.working.epoch} does`);
    }
    if (this.disowned.has(epoch)) this.report(`R5: epoch ${epoch} works on, and was resolved long ago`);
    else if (this.settled.has(epoch)) this.report(`R3: epoch ${epoch} works, and is over in the database`);
    const takesUp = follows >= (this.torn ?? epoch) || isRepeatable(kind);
    if (this.torn !== undefined && this.torn !== epoch && !takesUp) {
      this.report(`R5: epoch ${epoch} works on what epoch ${this.torn} left behind, and nobody resolved`);
    }
    this.highest = epoch;
    this.worked.add(epoch);
    this.working = work;
    this.torn = undefined;
  }

  /** The work is over, and the database asks for this from now on. */
  finish(epoch: number, digest: string): void {
    if (this.disowned.has(epoch)) this.report(`R5: epoch ${epoch} ends its work, and was resolved long ago`);
    if (this.working?.epoch !== epoch) return;
    this.working = undefined;
    this.digest = digest;
    this.changes += 1;
  }

  /** The work failed, and its command ended in order: nothing is left half done. */
  fail(epoch: number): void {
    if (this.working?.epoch === epoch) this.working = undefined;
  }

  /** The work ended in disorder although its leader lives: it was fenced off. */
  tear(epoch: number): void {
    if (this.working?.epoch !== epoch) return;
    this.working = undefined;
    this.torn = epoch;
  }

  /** A request writes. */
  write(host: Host): void {
    this.noticeDeath();
    this.requests.written += 1;
    if (this.working && this.working.host !== host) {
      this.report(`R3: ${host.name} wrote for a request while epoch ${this.working.epoch} works`);
    }
    const { manual } = this;
    if (manual && manual.maintenance?.openNode !== host.name) {
      this.report(`R3: ${host.name} wrote for a request while somebody works by hand (epoch ${manual.epoch})`);
    }
    for (const reading of this.readings) reading.disturbedBy ??= host.name;
    if (this.torn !== undefined) this.report(`R5: ${host.name} wrote although epoch ${this.torn} is unresolved`);
  }

  byHand(record: OperationRecord): void {
    if (!this.ended.has(record.id)) this.manual = record;
  }

  /** To be told of every record that says so, before it has an effect. Nobody but people and its time limit end it. */
  noticeEnd(record: OperationRecord): void {
    if (record.kind !== 'maintenance' || record.result !== 'done') return;
    this.ended.add(record.id);
    if (this.manual?.id === record.id) this.manual = undefined;
  }

  settledInDatabase({ epoch, result }: OperationRecord): void {
    if (result !== undefined) this.settled.add(epoch);
  }

  report(what: string): void {
    this.broken ??= what;
  }

  /**
   * Somebody resolved the held operation, or it is of a kind that the next start repeats: from here on the nodes may
   * serve what the database says.
   */
  noticeResolution(record: OperationRecord | undefined): void {
    if (record?.result === undefined) return;
    const repeated = record.interrupted === true && isRepeatable(record.kind);
    if (!repeated && !record.reason?.includes('Resolved by')) return;
    this.disowned.add(record.epoch);
    if (this.torn !== undefined && record.epoch >= this.torn) this.torn = undefined;
    if (this.working && record.epoch >= this.working.epoch) this.disown(this.working.epoch);
  }

  private disown(epoch: number): void {
    this.disowned.add(epoch);
    this.working = undefined;
  }

  noticeDeath(): void {
    if (!this.working || !this.isOver(this.working.host)) return;
    this.torn = this.working.epoch;
    this.working = undefined;
  }
}
