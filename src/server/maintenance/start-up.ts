import { isSettling } from '../core/machine';
import { sentence } from '../core/errors';
import { isOver, mayStartDuring } from '../core/node-machine';
import { waitSentence } from '../core/sentences';
import type { AppLifecycle, Coordination, Guard, Log } from '../ports';
import type { Fingerprint, OperationRecord } from '../../shared/domain';
import type { Coordinator } from './coordinator';
import type { LedOperation } from './led-operation';
import type { NodeAgent } from './node-agent';
import type { VersionCheck } from './version-check';

export interface StartUpDeps {
  readonly agent: NodeAgent;
  readonly coordinator: Coordinator;
  readonly coordination: Coordination;
  readonly guard: Guard;
  readonly app: AppLifecycle;
  readonly log: Log;
  /** False when the host was asked to start only, without installing or upgrading anything. */
  readonly changesSchema: () => Promise<boolean>;
  /** Version of the core that the database was last upgraded to; undefined when nothing is installed. */
  readonly installedVersion: () => Promise<string | undefined>;
  readonly versions: VersionCheck;
  readonly ownVersion: string;
  /** Shows what the start waits for in the host's own answers. */
  readonly tell: (message: string) => void;
  /** Why such a change must not begin now, in one sentence; undefined: it may. */
  readonly objection?: (kind: 'install' | 'upgrade') => Promise<string | undefined>;
  /** Aborts when the process is asked to end. */
  readonly stopping: AbortSignal;
}

/** What the start may do now. */
export type DoorOutcome =
  /** This node installs or upgrades, for all; `operation` must be completed. */
  | { readonly outcome: 'lead'; readonly operation: LedOperation }
  /** Database and code fit already: start without touching the schema. */
  | { readonly outcome: 'join' }
  | { readonly outcome: 'stopped' };

type Look = DoorOutcome | { readonly outcome: 'wait'; readonly why: string };

/** A waiting start looks again at every sight of the record, at the latest after this many milliseconds. */
const LOOK_AGAIN = 1_000;

/** The door that every start passes before it touches the database. */
export class StartUp {
  constructor(private readonly deps: StartUpDeps) {}

  async passDoor(): Promise<DoorOutcome> {
    const { agent, stopping, tell } = this.deps;
    let said = '';
    while (!stopping.aborted) {
      const look = await this.look();
      if (look.outcome !== 'wait') return look;
      if (look.why !== said) this.deps.log.info(look.why, { node: agent.self.name });
      said = look.why;
      agent.explain(said);
      tell(said);
      await agent.nextSight(LOOK_AGAIN, stopping);
    }
    return { outcome: 'stopped' };
  }

  private async look(): Promise<Look> {
    try {
      const { versions } = this.deps;
      const tooOld = await versions.refusal();
      if (tooOld !== undefined) return wait(tooOld);
      if (await this.fits(await this.deps.installedVersion())) return await this.join();
      const older = await versions.olderPlugins();
      if (older !== undefined) return wait(older);
      return (await this.deps.changesSchema()) ? await this.lead() : await this.join();
    } catch (error) {
      return wait(this.deps.coordination.problem() ?? `The database cannot be reached: ${sentence(error)}`);
    }
  }

  private async needsNoChange(installed: string | undefined): Promise<boolean> {
    return !(await this.deps.changesSchema()) || this.fits(installed);
  }

  private async fits(installed: string | undefined): Promise<boolean> {
    if (installed === undefined) return false;
    const [expected, applied] = await Promise.all([this.deps.app.expected(), this.deps.guard.applied()]);
    return sameCode(expected, applied.fingerprint);
  }

  /** Needs no lease, and no Redis: a cluster whose coordination is down must be able to start its nodes. */
  private async join(): Promise<Look> {
    const { agent, coordination, versions } = this.deps;
    if (coordination.problem() === undefined) {
      const record = await coordination.state.read().catch(() => undefined);
      if (record && blocks(record) && !mayStartDuring(record)) return wait(waitSentence(record));
    }
    if (!(await agent.passDoor())) return wait(agent.why);
    // From here on nobody changes anything without this node, which may have stood still since it asked.
    const tooOld = await versions.refusal().catch(sentence);
    if (tooOld === undefined) return { outcome: 'join' };
    agent.move('wait', { reason: tooOld });
    return wait(tooOld);
  }

  private async lead(): Promise<Look> {
    const { coordination, coordinator, agent } = this.deps;
    const problem = coordination.problem();
    if (problem !== undefined) return wait(`This start must change the database and waits for Redis: ${problem}`);
    await agent.beat();
    const seen = agent.lastRecord;
    if (seen && blocks(seen)) return wait(waitSentence(seen));
    // Asked again now that nobody leads: what was true before the last leader finished drains the whole cluster for
    // nothing. The fingerprint is stored before the record leaves `working`.
    const installed = await this.deps.installedVersion();
    if (await this.needsNoChange(installed)) return this.join();
    const kind = installed === undefined ? 'install' : 'upgrade';
    const objection = await this.deps.objection?.(kind);
    if (objection !== undefined) return wait(objection);
    const versions = await this.deps.versions.change();
    const begun = await coordinator.begin({
      kind,
      subject: `NocoBase ${this.deps.ownVersion}`,
      requestedBy: 'start-up',
      ...(versions ? { versions } : {}),
    });
    if (begun.outcome === 'busy') return wait(begun.record ? waitSentence(begun.record) : 'Waiting for the lease.');
    return this.take(begun.operation);
  }

  /** Between the look and the lease another node may have finished the very change that this one came for. */
  private async take(operation: LedOperation): Promise<Look> {
    try {
      return await this.prepare(operation);
    } catch (error) {
      // A lease that nobody works under would be renewed for ever.
      await operation.abort(`The start could not go on: ${sentence(error)}`);
      throw error;
    }
  }

  private async prepare(operation: LedOperation): Promise<Look> {
    const needless = async () => {
      const tooOld = await this.deps.versions.objection();
      if (tooOld !== undefined) return tooOld;
      const none = await this.needsNoChange(await this.deps.installedVersion());
      return none ? 'Another node has just done it.' : undefined;
    };
    const why = await needless();
    if (why !== undefined) return wait((await operation.abort(why)).reason);
    const drained = await operation.drain();
    const entered = drained.ok ? await operation.enter(needless) : drained;
    return entered.ok ? { outcome: 'lead', operation } : wait(entered.reason);
  }
}

function wait(why: string): Look {
  return { outcome: 'wait', why };
}

/** A start may go on while others only reload: what they load is what it will load. */
function blocks(record: OperationRecord): boolean {
  return !isOver(record) && !isSettling(record.phase);
}

function sameCode(expected: Fingerprint | undefined, applied: Fingerprint | undefined): boolean {
  return expected !== undefined && expected.digest === applied?.digest;
}
