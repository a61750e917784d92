import type { NodeRef, OperationRecord, Resolution, WayOut } from '../../shared/domain';
import type { Clock } from '../core/clock';
import { TablesReplaced } from '../core/errors';
import { isOver } from '../core/node-machine';
import { isRepeatable } from '../core/settlement';
import { isLookedAt, isManual } from '../core/standing';
import { refusalOf, waysOut, type Situation } from '../core/ways-out';
import type { Coordination, Guard, Ledger } from '../ports';
import type { Journal } from './journal';

export interface ResolverDeps {
  readonly node: NodeRef;
  readonly coordination: Coordination;
  readonly guard: Guard;
  readonly ledger: Ledger;
  readonly journal: Journal;
  readonly clock: Clock;
}

/** What a person asked for was done, or why not; one sentence each. */
export type Answer = { readonly ok: true; readonly said: string } | { readonly ok: false; readonly refusal: string };

const END_IT = 'Every node has stopped for this maintenance: end it instead.';

/** What people may do about an operation: cancel it before its first change, find a way out after it. */
export class Resolver {
  constructor(private readonly deps: ResolverDeps) {}

  /** Undefined while the operation needs nobody. */
  async choices(record: OperationRecord): Promise<readonly WayOut[] | undefined> {
    const situation = await this.situation(record);
    const silent = record.changed && record.phase === 'working' && !(await this.isThere(record.leader.bootId));
    return record.phase === 'held' || silent ? waysOut(record, situation) : undefined;
  }

  async resolve(operationId: string, resolution: Resolution, by: string): Promise<Answer> {
    const record = await this.deps.coordination.state.read();
    if (record?.id !== operationId || isOver(record)) return refuse('This operation is over already.');
    if (isManual(record)) return refuse(END_IT);
    if (!record.changed) return refuse('It has not changed anything yet: cancel it instead.');
    const refusal = refusalOf(record, await this.situation(record), resolution);
    if (refusal !== undefined) return refuse(refusal);
    if (resolution === 'give-up') return this.takeAway(record, by);
    if (resolution === 'roll-back') return this.ask(record, by, true);
    return resolution === 'retry' && !isRepeatable(record.kind)
      ? this.ask(record, by, false)
      : this.end(record, resolution, by);
  }

  async cancel(operationId: string, by: string): Promise<Answer> {
    const { coordination, journal, ledger } = this.deps;
    // A store that failed over may have gone back to before the first change: the database then knows better.
    const [record, stored] = await Promise.all([
      coordination.state.read(),
      ledger.find(operationId).catch(() => undefined),
    ]);
    if (stored?.changed && !isOver(stored)) return tooLate(stored);
    const outcome = await coordination.state.cancel(operationId, by);
    if (outcome === 'gone') return refuse('This operation is over already.');
    if (outcome === 'late') return record && isManual(record) ? refuse(END_IT) : tooLate(record);
    if (record) journal.note(record, 'operation.cancel', `Asked for by ${by}.`);
    await coordination.bus.hint();
    return { ok: true, said: 'The leader stops; nothing is changed.' };
  }

  /** A person vouches that this process no longer runs, so nobody waits for it. */
  async declareStopped(bootId: string, by: string): Promise<Answer> {
    const { coordination, ledger, journal } = this.deps;
    const roster = await coordination.state.roster();
    const alive = roster.find((node) => node.bootId === bootId);
    if (alive) return refuse(`${alive.name} reports to Redis, so it runs. Stop it first.`);
    const name = (await ledger.nodes()).find((node) => node.bootId === bootId)?.name;
    if ((await ledger.declareStopped(bootId)) === 'unknown') return refuse('No such process is known (any more).');
    const record = await coordination.state.read();
    const said = `${name ?? bootId} was declared stopped by ${by}: nobody waits for it.`;
    if (record && !isOver(record)) journal.note(record, 'node.stopped', said);
    return { ok: true, said };
  }

  private async end(record: OperationRecord, resolution: Resolution, by: string): Promise<Answer> {
    const repeat = resolution === 'retry';
    const what = repeat ? 'the next start does it again' : 'every node loads what the database says';
    const reason = `${record.reason ?? ''} Resolved by ${by}: ${what}.`.trim();
    const result = repeat ? 'failed' : isLookedAt(record) ? 'done' : 'degraded';
    const endedAt = this.deps.clock.wall();
    const over = { ...record, phase: 'idle', result, endedAt, reason, revision: record.revision + 1 } as const;
    return this.settle(record, over, `${resolution}, by ${by}`, reason);
  }

  /** The operation stays held until that node has taken the request up. */
  private async ask(record: OperationRecord, by: string, rollsBack: boolean): Promise<Answer> {
    // What the new version restored it would upgrade once more.
    const version = rollsBack ? record.versions?.from : undefined;
    const node = await this.anyServer(version);
    if (!node) return refuse(`No node${version ? ` of NocoBase ${version}` : ''} runs that could do it; start one.`);
    const asked = { ...record, retryOn: node.bootId, rollsBack, revision: record.revision + 1 };
    const said = rollsBack ? `${node.name} rolls it back.` : `${node.name} does it again.`;
    return this.settle(record, asked, `${rollsBack ? 'roll-back' : 'retry'} on ${node.name}, by ${by}`, said);
  }

  private async settle(seen: OperationRecord, next: OperationRecord, note: string, said: string): Promise<Answer> {
    const { coordination, ledger, journal } = this.deps;
    if ((await coordination.state.settle(seen, next)) === 'moved') {
      return refuse('Somebody else has just resolved it; look again.');
    }
    journal.note(seen, 'operation.resolved', note);
    await ledger.write(next);
    await coordination.bus.hint();
    await journal.keepAll(seen.id);
    return { ok: true, said };
  }

  private async takeAway(record: OperationRecord, by: string): Promise<Answer> {
    const { guard, journal } = this.deps;
    if (!(await guard.breakHold())) return refuse('Nobody stands in the guard any more; look again.');
    journal.note(record, 'guard.broken', `${by} took leadership from ${record.leader.name}.`);
    return { ok: true, said: `${record.leader.name} has lost the guard; the operation will be held in a few seconds.` };
  }

  private async situation({ epoch, versions }: OperationRecord): Promise<Situation> {
    const { guard } = this.deps;
    const [guardHeld, restored, server, older] = await Promise.all([
      guard.isHeld(),
      guard.applied().then((applied) => applied.epoch < epoch, isBeingReplaced),
      this.anyServer(),
      this.anyServer(versions?.from),
    ]);
    const [retryable, canRollBack] = [server !== undefined, older !== undefined];
    return { guardHeld, retryable, canRollBack, restored };
  }

  /** This process if it can, otherwise one that has drained and waits; of that version of NocoBase, if given. */
  private async anyServer(wanted?: string): Promise<NodeRef | undefined> {
    const roster = await this.deps.coordination.state.roster();
    const able = roster.filter(
      ({ role, phase, version }) => role === 'app' && phase === 'drained' && version === (wanted ?? version),
    );
    return able.find(({ bootId }) => bootId === this.deps.node.bootId) ?? able[0];
  }

  private async isThere(bootId: string): Promise<boolean> {
    const roster = await this.deps.coordination.state.roster();
    return roster.some((node) => node.bootId === bootId);
  }
}

function tooLate(record: OperationRecord | undefined): Answer {
  const phase = record?.phase ?? 'working';
  return refuse(`It has begun to change things (${phase}) and cannot be cancelled any more; it will end by itself.`);
}

function refuse(refusal: string): Answer {
  return { ok: false, refusal };
}

/** A restore that hangs is one that leadership may have to be taken from: that must not depend on the rows it replaces. */
function isBeingReplaced(error: unknown): false {
  if (error instanceof TablesReplaced) return false;
  throw error;
}
