import type { Guard, GuardHold, GuardOutcome } from '../../src/server/ports';
import type { Host, Simulation } from './simulation';

interface Stay {
  readonly epoch: number;
  readonly host: Host;
  readonly since: number;
}

const NOBODYS = 0;

/** An own account of who is inside the guard, as the database sees it: "the database decides" is a rule like the others. */
export class GuardWatch {
  /** Who is inside. */
  inside: Stay | undefined;
  /** To be told of the next who comes in. */
  onEnter: ((host: Host) => void) | undefined;
  private highest = 0;
  /** Who has ever been inside. */
  private readonly known = new Set<string>();
  private lostAt = 0;

  constructor(
    private readonly simulation: Simulation,
    private readonly report: (what: string) => void,
  ) {}

  /** The guard as one host uses it. */
  over(guard: Guard, host: Host): Guard {
    const watched = async (epoch: number, again: boolean, enter: () => Promise<GuardOutcome>) => {
      const outcome = await enter();
      return outcome.outcome === 'entered'
        ? { ...outcome, hold: this.enter(outcome.hold, epoch, host, again) }
        : outcome;
    };
    return {
      enter: (epoch, deadline) => watched(epoch, false, () => guard.enter(epoch, deadline)),
      reenter: (epoch, deadline) => watched(epoch, true, () => guard.reenter(epoch, deadline)),
      allocate: (above) => guard.allocate(above),
      retire: (epoch) => guard.retire(epoch),
      isHeld: () => guard.isHeld(),
      applied: () => guard.applied(),
      breakHold: () => guard.breakHold(),
      close: () => guard.close(),
    };
  }

  /** Somebody whom nobody knows stands inside for a while: a machine that is gone, and whose connection is not. */
  async occupy(guard: Guard, ms: number): Promise<void> {
    const { simulation } = this;
    const outcome = await guard.reenter((await guard.applied()).epoch, 0);
    if (outcome.outcome !== 'entered') return;
    const { hold } = outcome;
    const stay = (this.inside = { epoch: NOBODYS, host: simulation.world, since: simulation.time });
    hold.lost.addEventListener('abort', () => this.gone(stay));
    simulation.after(ms, simulation.world, () => void hold.leave().then(() => this.gone(stay)));
  }

  /** Why this host must not work for this epoch; `patience`: for so long it may try to get in again. */
  objection(epoch: number, host: Host, patience: number): string | undefined {
    if (!this.known.has(`${epoch} ${host.name}`)) return `R2: epoch ${epoch} works and never passed the guard`;
    const stands = this.inside?.epoch === epoch && this.inside.host === host;
    if (stands || this.simulation.time - this.lostAt < patience) return undefined;
    return `R2: epoch ${epoch} works on, and has not been inside the guard for ${patience} ms`;
  }

  private enter(hold: GuardHold, epoch: number, host: Host, again: boolean): GuardHold {
    if (this.inside) this.report(`R2: epoch ${epoch} passed the guard while epoch ${this.inside.epoch} is inside`);
    if (!again && epoch <= this.highest) this.report(`R2: epoch ${epoch} passed the guard after ${this.highest}`);
    if (again && epoch !== this.highest)
      this.report(`R2: epoch ${epoch} came back into the guard after ${this.highest}`);
    this.highest = Math.max(this.highest, epoch);
    this.known.add(`${epoch} ${host.name}`);
    const stay = (this.inside = { epoch, host, since: this.simulation.time });
    hold.lost.addEventListener('abort', () => this.gone(stay));
    this.onEnter?.(host);
    this.onEnter = undefined;
    return {
      lost: hold.lost,
      verify: () => hold.verify(),
      prepareInstall: () => hold.prepareInstall(),
      leave: async (applied) => {
        await hold.leave(applied);
        this.gone(stay);
      },
    };
  }

  private gone(stay: Stay): void {
    if (this.inside !== stay) return;
    this.inside = undefined;
    this.lostAt = this.simulation.time;
  }
}
