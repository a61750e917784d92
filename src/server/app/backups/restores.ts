import type { Application, HostLogger } from '@nocobase/server';
import type { OperationResult } from '../../../shared/domain';
import { sentence } from '../../core/errors';
import type { KeptRows } from '../../database/kept-rows';
import type { BeginOutcome, Coordinator, OperationRequest } from '../../maintenance/coordinator';
import type { Journal } from '../../maintenance/journal';
import type { LedOperation, StageOutcome } from '../../maintenance/led-operation';
import type { Coordination } from '../../ports';
import { ownCommand } from '../command-scope';
import type { HostLifecycle } from '../lifecycle';
import { printOnDisk } from '../plugin-prints';
import { lookIntoBackup } from './backup-file';
import { dumpProblem } from './dump-tool';
import { HostRestore, type HostRestoreDeps, type RestoreEnd } from './host-restore';
import { restoreRefusal, type RestoreTarget, type RestoreTerms } from './restore-check';

export interface RestoresDeps {
  readonly app: Application;
  readonly coordinator: Coordinator;
  readonly coordination: Coordination;
  readonly lifecycle: HostLifecycle;
  readonly journal: Pick<Journal, 'note'>;
  readonly keepRows: () => Promise<KeptRows>;
  /** Called when an operation of this process has ended for the whole cluster. */
  readonly onSettled: (result: string) => void;
}

export interface BackupInQuestion extends RestoreTerms {
  readonly file: string;
  readonly password?: string | undefined;
}

/** Restores as operations: the check before them, their first change, and how they end. */
export class Restores {
  constructor(private readonly deps: RestoresDeps) {}

  /** Why it must not even begin, in one sentence. */
  async refusal({ file, password, ...terms }: BackupInQuestion): Promise<string | undefined> {
    const sight = await lookIntoBackup(file, password);
    if (!sight.readable) return `This backup cannot be restored: ${sight.why}`;
    const problem = await dumpProblem(this.deps.app);
    if (problem !== undefined) return `Nothing can be restored, because the old data could not be kept: ${problem}`;
    return restoreRefusal(sight.metadata, this.target(), terms);
  }

  begin(request: OperationRequest): Promise<BeginOutcome> {
    return this.deps.coordinator.begin(request);
  }

  /** Every node stops, and the guard is passed: from here on the tables may be replaced. */
  async enter(operation: LedOperation): Promise<StageOutcome> {
    const drained = await operation.drain();
    return drained.ok ? operation.enter() : drained;
  }

  /** `start` begins the host's restore with what it is given to see it by; the end is told later. */
  async run(
    operation: LedOperation,
    logger: HostLogger,
    start: (sight: HostRestore['sight']) => Promise<unknown>,
    files?: HostRestoreDeps['files'],
  ): Promise<RestoreEnd> {
    const { app, keepRows, lifecycle } = this.deps;
    const progress = (step: string) => operation.progress(step);
    const upgrade = () => this.upgrade();
    try {
      await lifecycle.forgetUnusedCode();
      const restore = await HostRestore.prepare({ app, keepRows, progress, upgrade, files }, logger);
      const end = restore.end();
      await start(restore.sight).catch((error: unknown) => restore.sight.abandon(sentence(error)));
      return await end;
    } catch (error) {
      return { end: 'failed', reason: `Nothing was changed: ${sentence(error)}` };
    }
  }

  /** Every node loads what the database now says; one that holds neither the old data nor the new waits for a person. */
  async conclude(operation: LedOperation, end: RestoreEnd): Promise<{ readonly settled: Promise<OperationResult> }> {
    const { onSettled, journal, app } = this.deps;
    if (end.end === 'broken') {
      await operation.giveUp(end.reason);
      onSettled('failed');
      return { settled: Promise.resolve('failed') };
    }
    if (end.end === 'restored' && end.remark) {
      journal.note(operation.record, 'work.step', end.remark);
      app.log.warn(`[cluster maintenance] ${end.remark}`);
    }
    const { settled } = await operation.complete(end.end === 'failed' ? end.reason : undefined);
    void settled.then(onSettled);
    return { settled };
  }

  /** Within a command of the host there is no second one: it would be dropped without a word. */
  private async upgrade(): Promise<void> {
    const { app } = this.deps;
    const command = () => app.runAsCLI(['upgrade'], { from: 'user', throwError: true });
    await ownCommand<unknown>(() => (app.activatedCommand ? app.upgrade() : command()));
  }

  private target(): RestoreTarget {
    const { app } = this.deps;
    const { schema = '', tablePrefix = '', underscored = false } = app.db.options;
    return {
      version: app.getPackageVersion(),
      dialect: app.db.sequelize.getDialect(),
      underscored,
      tablePrefix,
      schema,
      pluginVersion: async (name) => (await printOnDisk(name))?.version,
    };
  }
}
