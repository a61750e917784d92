import type { Fingerprint } from '../../shared/domain';
import type { Clock } from '../core/clock';
import type { AppliedState, Guard, GuardHold, GuardOutcome } from '../ports';

/** What the row and the lock of a database remember. */
export interface GuardMemory {
  /** Undefined: there is no row. */
  epoch: number | undefined;
  fingerprint?: Fingerprint | undefined;
  /** Tables that were there before an installation that has not ended. */
  installing?: readonly string[] | undefined;
  inside?: { readonly guard: Guard; readonly losing: AbortController } | undefined;
  readonly tables: Set<string>;
  /** The highest epoch that was given out. */
  allocated?: number;
}

/** Pause between two attempts to enter, in milliseconds. */
const AGAIN = 100;

/** One node's view of a guard that lives in the memory of this process. */
export class MemoryGuard implements Guard {
  private mine: GuardMemory['inside'];

  constructor(
    private readonly memory: GuardMemory,
    private readonly clock: Clock,
  ) {}

  async allocate(above = 0): Promise<number> {
    await Promise.resolve();
    this.memory.allocated = Math.max(this.memory.allocated ?? 0, this.memory.epoch ?? 0, above) + 1;
    return this.memory.allocated;
  }

  enter(epoch: number, deadline: number): Promise<GuardOutcome> {
    return this.inside(epoch, deadline, (stored = 0) => epoch > stored);
  }

  reenter(epoch: number, deadline: number): Promise<GuardOutcome> {
    return this.inside(epoch, deadline, (stored = epoch) => epoch === stored);
  }

  async retire(epoch: number): Promise<void> {
    await Promise.resolve();
    this.memory.epoch = Math.max(this.memory.epoch ?? 0, epoch + 1);
  }

  async isHeld(): Promise<boolean> {
    await Promise.resolve();
    return this.memory.inside !== undefined;
  }

  async breakHold(): Promise<boolean> {
    await Promise.resolve();
    const { inside } = this.memory;
    if (!inside) return false;
    this.memory.inside = undefined;
    this.memory.epoch = (this.memory.epoch ?? 0) + 1;
    inside.losing.abort(new Error('Somebody ended the connection of the guard.'));
    return true;
  }

  async applied(): Promise<AppliedState> {
    await Promise.resolve();
    const { epoch = 0, fingerprint, installing } = this.memory;
    return { epoch, fingerprint, installing: installing !== undefined };
  }

  async close(): Promise<void> {
    await Promise.resolve();
    this.free(this.mine);
  }

  private async inside(
    epoch: number,
    deadline: number,
    mayEnter: (stored: number | undefined) => boolean,
  ): Promise<GuardOutcome> {
    const giveUp = this.clock.monotonic() + deadline;
    await Promise.resolve();
    while (this.memory.inside) {
      const rest = giveUp - this.clock.monotonic();
      if (rest <= 0) return { outcome: 'busy' };
      await this.clock.sleep(Math.min(AGAIN, rest));
    }
    if (!mayEnter(this.memory.epoch)) return { outcome: 'stale', epoch: this.memory.epoch ?? 0 };
    this.memory.epoch = epoch;
    return { outcome: 'entered', hold: this.hold(epoch) };
  }

  private hold(epoch: number): GuardHold {
    const mine = (this.mine = this.memory.inside = { guard: this, losing: new AbortController() });
    const { signal } = mine.losing;
    let left = false;
    return {
      lost: signal,
      verify: async () => {
        await Promise.resolve();
        signal.throwIfAborted();
        if (left) throw new Error('The guard was left.');
      },
      prepareInstall: async () => {
        await Promise.resolve();
        signal.throwIfAborted();
        return this.prepareInstall();
      },
      leave: async (applied) => {
        await Promise.resolve();
        if (applied && !left && (!signal.aborted || this.memory.epoch === epoch)) this.store(epoch, applied);
        left = true;
        this.free(mine);
      },
    };
  }

  /** The tables may have been dropped or restored meanwhile. */
  private store(epoch: number, applied: Fingerprint): void {
    this.memory.epoch = Math.max(epoch, this.memory.epoch ?? 0);
    this.memory.fingerprint = structuredClone(applied);
    this.memory.installing = undefined;
  }

  private prepareInstall(): readonly string[] {
    const { installing, tables } = this.memory;
    const unfinished = installing ? [...tables].filter((name) => !installing.includes(name)) : [];
    unfinished.forEach((name) => tables.delete(name));
    this.memory.installing = [...tables];
    return unfinished;
  }

  private free(mine: GuardMemory['inside']): void {
    if (mine && this.memory.inside === mine) this.memory.inside = undefined;
  }
}
