import type { OperationRecord } from '../../src/shared/domain';
import type { Coordination, Guard, GuardHold, GuardOutcome, Joining, Ledger } from '../../src/server/ports';
import type { Link } from './network';
import type { Host, Simulation } from './simulation';

/** Every call of a port goes over a link of the simulation; what the port itself does is the code that is being shown. */
export function overLink<Port extends object>(port: Port, link: Link, local: readonly (keyof Port)[] = []): Port {
  return new Proxy(port, {
    get: (target, name) => {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== 'function' || local.includes(name as keyof Port)) return member;
      const method = member as (...args: unknown[]) => unknown;
      return (...args: unknown[]) => link.call(String(name), () => method.apply(target, args), args);
    },
  });
}

export function storeOver(coordination: Coordination, link: Link, simulation: Simulation, host: Host): Coordination {
  return {
    mode: 'cluster',
    lease: overLink(coordination.lease, link),
    state: overLink(coordination.state, link),
    journal: overLink(coordination.journal, link),
    bus: {
      // A hint is never waited for, and may be lost, late or doubled.
      hint: () => {
        void link.call('hint', () => coordination.bus.hint()).catch(() => undefined);
        return Promise.resolve();
      },
      onHint: (listener) => coordination.bus.onHint(() => deliver(listener, simulation, host, link.rates.hints)),
    },
    problem: () => (link.state === 'cut' ? 'Redis is cut off.' : undefined),
    close: () => coordination.close(),
  };
}

function deliver(listener: () => void, simulation: Simulation, host: Host, trouble: number): void {
  const { random } = simulation;
  if (random.chance(trouble)) return;
  simulation.after(random.between(0, random.chance(trouble) ? 800 : 3), host, listener);
  if (random.chance(trouble)) simulation.after(random.between(0, 500), host, listener);
}

/** Until a server notices at the latest that a connection has ended, in ms. */
const HALF_OPEN = 3_000;

export function guardOver(guard: Guard, link: Link, simulation: Simulation, host: Host): Guard {
  const hold = (inner: GuardHold): GuardHold => {
    const lost = new AbortController();
    const tell = () => simulation.after(1, host, () => lost.abort(inner.lost.reason));
    // The place may be gone before the answer has arrived that it was given.
    if (inner.lost.aborted) tell();
    else inner.lost.addEventListener('abort', tell);
    return {
      lost: lost.signal,
      verify: () => link.call('verify', () => inner.verify()),
      prepareInstall: () => link.call('prepareInstall', () => inner.prepareInstall()),
      // A connection that fails is a connection that ends: the lock never outlives it.
      leave: (applied) =>
        link
          .call('leave', () => inner.leave(applied))
          .catch((error: unknown) => {
            simulation.after(simulation.random.between(50, HALF_OPEN), simulation.world, () => void inner.leave());
            throw error;
          }),
    };
  };
  /** A connection that is gone by the time the lock is taken takes it along; so does a client that gave up. */
  const entering = async (what: string, enter: () => Promise<GuardOutcome>): Promise<GuardOutcome> => {
    let gaveUp = false;
    let taken: GuardHold | undefined;
    const atServer = async (): Promise<GuardOutcome> => {
      const outcome = await enter();
      taken = outcome.outcome === 'entered' ? outcome.hold : undefined;
      if (host.state === 'dead' || link.state !== 'up' || gaveUp) await taken?.leave();
      return outcome;
    };
    const outcome = await link.call(what, atServer).catch((error: unknown) => {
      gaveUp = true;
      void taken?.leave();
      throw error;
    });
    return outcome.outcome === 'entered' ? { outcome: 'entered', hold: hold(outcome.hold) } : outcome;
  };
  return {
    ...overLink(guard, link),
    enter: (epoch, deadline) => entering('enter', () => guard.enter(epoch, deadline)),
    reenter: (epoch, deadline) => entering('reenter', () => guard.reenter(epoch, deadline)),
    allocate: (above) => link.call('allocate', () => guard.allocate(above)),
    retire: (epoch) => link.call('retire', () => guard.retire(epoch)),
    isHeld: () => link.call('isHeld', () => guard.isHeld()),
    applied: () => link.call('applied', () => guard.applied()),
    breakHold: () => link.call('breakHold', () => guard.breakHold()),
    close: () => Promise.resolve(),
  };
}

/** A settlement counts from when the database knows of it: the store is told afterwards. */
export function toldOf(ledger: Ledger, onSettled: (record: OperationRecord) => void): Ledger {
  const settle = ledger.settle.bind(ledger);
  ledger.settle = async (seen, next) => {
    const outcome = await settle(seen, next);
    if (outcome === 'written') onSettled(next);
    return outcome;
  };
  return ledger;
}

export interface LedgerWorld {
  readonly onWrite: (record: OperationRecord) => void;
  readonly evict: (bootId: string) => void;
  /** The connection of the registration ends. */
  readonly disconnect: () => void;
}

export function ledgerOver(ledger: Ledger, link: Link, host: Host, world: LedgerWorld): Ledger {
  const { evict, disconnect, onWrite } = world;
  const over = overLink(ledger, link, ['present']);
  /** The lock of a registration that arrives late goes with the process that asked for it. */
  const join = async (node: Joining) => {
    await ledger.join(node);
    if (host.state === 'dead' || link.state !== 'up') disconnect();
  };
  return {
    join: (node) => link.call('join', () => join(node), [node]),
    present: () => ledger.present(),
    leave: () => over.leave().catch(() => undefined),
    report: (report) => over.report(report),
    nodes: () => over.nodes(),
    evict: (bootId) => link.call('evict', () => evict(bootId), [bootId]),
    declareStopped: (bootId) => over.declareStopped(bootId),
    write: (record) => {
      onWrite(record);
      return over.write(record);
    },
    settle: (seen, next) => {
      onWrite(next);
      return over.settle(seen, next);
    },
    latest: () => over.latest(),
    find: (id) => over.find(id),
    age: (id) => over.age(id),
    history: (limit, before, filter) => over.history(limit, before, filter),
    count: (filter) => over.count(filter),
    keep: (entries) => over.keep(entries),
    journal: (id) => over.journal(id),
  };
}
