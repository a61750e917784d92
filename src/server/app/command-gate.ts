import type { Application, MaintainingEvent } from '@nocobase/server';
import { ERROR_CODES } from '../../shared/api';
import type { OperationKind, OperationRecord } from '../../shared/domain';
import { MaintenanceError, sentence } from '../core/errors';
import { holderSentence } from '../core/sentences';
import type { Clock } from '../core/clock';
import { endFollowed } from '../maintenance/followed';
import type { Journal } from '../maintenance/journal';
import type { Coordination, Ledger, Log } from '../ports';
import type { Coordinator } from '../maintenance/coordinator';
import type { LedOperation } from '../maintenance/led-operation';
import type { VersionCheck } from '../maintenance/version-check';
import { RestoreCommand } from './backups/restore-command';
import type { Restores } from './backups/restores';
import { claimTicket, isOwnCommand, withTicket } from './command-scope';
import { commandArguments, withoutFolder } from './command-words';
import { gatedCommand, type GatedCommand } from './gated-commands';
import { KeptPlugins } from './kept-plugins';
import type { HostLifecycle } from './lifecycle';
import { missingPlugin, packagesOf } from './plugin-names';

export interface CommandGateDeps {
  readonly app: Application;
  readonly coordinator: Coordinator;
  readonly lifecycle: HostLifecycle;
  readonly coordination: Coordination;
  readonly ledger: Ledger;
  readonly journal: Journal;
  readonly versions: VersionCheck;
  readonly clock: Clock;
  readonly log: Log;
  readonly restores: Restores;
  /** Called when an operation of this process has ended for the whole cluster. */
  readonly onSettled: (result: string) => void;
}

/** Commands after which files of enabled plugins may have changed. */
const CHANGES_FILES: readonly OperationKind[] = ['pm.add', 'pm.pull', 'pm.update', 'pm.remove'];

/**
 * Turns a risky command of the host into an operation: holds it at `command_begin` until every node has drained and
 * the guard is passed, and completes the operation at `command_end` or `command_error`.
 */
export class CommandGate {
  private running: LedOperation | undefined;
  private restoreUpdate: (() => void) | undefined;
  private kept: KeptPlugins | undefined;
  private readonly restore: RestoreCommand;

  constructor(private readonly deps: CommandGateDeps) {
    this.restore = new RestoreCommand(deps);
  }

  /** Throws only what the host survives: a plain error would leave its app in status `error` for ever. */
  async begin(event: MaintainingEvent): Promise<void> {
    const gated = gatedCommand(event.command?.name);
    if (!gated || isOwnCommand()) return;
    try {
      await this.refuseOldCode(gated.kind);
      await this.take(gated);
    } catch (error) {
      if (error instanceof MaintenanceError) throw error;
      const problem = this.deps.coordination.problem() ?? sentence(error);
      const message = `${gated.kind} needs the coordination, which is offline: ${problem}`;
      throw new MaintenanceError(ERROR_CODES.offline, 503, message, { cause: error });
    }
  }

  /** A restore is the way back from a database that is too new. */
  private async refuseOldCode(kind: OperationKind): Promise<void> {
    const tooOld = kind === 'restore' ? undefined : await this.deps.versions.refusal();
    if (tooOld !== undefined) throw new MaintenanceError(ERROR_CODES.refused, 409, tooOld);
  }

  private async take(gated: GatedCommand): Promise<void> {
    const { kind } = gated;
    const operation = claimTicket()?.operation ?? (await this.request(gated));
    const drained = await operation.drain();
    const entered = drained.ok ? await operation.enter() : drained;
    if (!entered.ok) throw new MaintenanceError(ERROR_CODES.inProgress, 409, entered.reason);
    this.running = operation;
    try {
      await this.prepare(operation, kind);
    } catch (error) {
      // The host's command does not begin, so nobody would end the operation.
      this.running = undefined;
      const { settled } = await operation.complete(`It could not begin: ${sentence(error)}`);
      void settled.then(this.deps.onSettled);
      throw error;
    }
  }

  private async prepare(operation: LedOperation, kind: OperationKind): Promise<void> {
    // An upload has no name of its own before the host has read it.
    if (operation.record.subject === '')
      operation.describe(commandArguments(this.deps.app).map(withoutFolder).join(', '));
    const { lifecycle } = this.deps;
    await lifecycle.forgetUnusedCode();
    if (CHANGES_FILES.includes(kind)) {
      const named = kind === 'pm.remove' ? await packagesOf(commandArguments(this.deps.app)) : [];
      this.kept = await KeptPlugins.keep([...(await lifecycle.enabledPackages()), ...named], operation.record.id);
    }
    if (kind === 'pm.update') this.skipHostRestart();
    if (kind === 'restore') this.restore.takeOver(operation);
  }

  /** A person asked this node to do a held operation again. */
  async retry(held: OperationRecord): Promise<void> {
    const { kind, subject, requestedBy, epoch } = held;
    const begun = await this.deps.coordinator.begin({ kind, subject, requestedBy, follows: epoch });
    if (begun.outcome !== 'leading') return;
    await endFollowed(held, begun.operation.record, 'Done again as a new operation.', this.deps);
    const argv = [...kind.split('.'), ...subject.split(',').map((name) => name.trim())];
    const ticket = { operation: begun.operation, claimed: false, onClaim: () => {} };
    await withTicket(ticket, () => this.deps.app.runAsCLI(argv, { from: 'user' }));
    if (!ticket.claimed) await begun.operation.abort('NocoBase did not take the command.');
  }

  async end(event: MaintainingEvent): Promise<void> {
    const operation = this.running;
    if (!operation || gatedCommand(event.command?.name)?.kind !== operation.record.kind) return;
    this.running = undefined;
    this.restoreUpdate?.();
    this.restoreUpdate = undefined;
    if (await this.restore.conclude(operation)) return;
    const failure = event.error && sentence(rootCause(event.error));
    const stays = operation.record.backup !== undefined;
    const ended = this.kept ? await this.finishFiles(this.kept, failure, stays) : failure;
    const { settled } = await operation.complete(ended);
    void settled.then(this.deps.onSettled);
  }

  /** Shows the host's own progress in the record. */
  progress(message: string): void {
    this.running?.progress(message);
  }

  private async request({ kind, scope, subject: about }: GatedCommand): Promise<LedOperation> {
    const words = commandArguments(this.deps.app);
    const missing =
      (await missingPlugin(kind, words)) ?? (kind === 'restore' ? await this.restore.refusal() : undefined);
    if (missing !== undefined) throw new MaintenanceError(ERROR_CODES.invalid, 400, missing);
    const subject = about ?? words.map(withoutFolder).join(', ');
    const versions = kind === 'upgrade' ? await this.deps.versions.change() : undefined;
    const request = { kind, scope, subject, requestedBy: 'CLI', ...(versions ? { versions } : {}) };
    const begun = await this.deps.coordinator.begin(request);
    if (begun.outcome === 'leading') return begun.operation;
    const holder = begun.record
      ? `${holderSentence(begun.record)} (${begun.record.phase})`
      : 'Another operation begins';
    throw new MaintenanceError(ERROR_CODES.inProgress, 409, `${holder}. Try again when it has ended.`);
  }

  /**
   * Files of enabled plugins may have changed: the host has to forget their code, migrate and load the new one. If
   * that fails, the former files are put back and loaded. Returns why the operation failed, if it did.
   */
  private async finishFiles(
    kept: KeptPlugins,
    failure: string | undefined,
    stays: boolean,
  ): Promise<string | undefined> {
    this.kept = undefined;
    const { lifecycle, app } = this.deps;
    try {
      if (failure === undefined && (await lifecycle.forgetChangedCode())) await app.upgrade();
      if (failure === undefined) await (stays ? kept.seal() : kept.discard());
      else await this.putBack(kept);
      return failure;
    } catch (error) {
      const reason = sentence(error).replace(/\.$/, '');
      return `The new code could not be loaded: ${reason}. ${await this.putBack(kept)}`.trim();
    }
  }

  /** Says how it went, in one sentence. */
  private async putBack(kept: KeptPlugins): Promise<string> {
    const { lifecycle } = this.deps;
    try {
      const names = await kept.putBack();
      if (names.length === 0) return '';
      await lifecycle.forgetChangedCode(names);
      await lifecycle.recover();
      return `The former files of ${names.join(', ')} are back.`;
    } catch (error) {
      return `The former files could not be put back: ${sentence(error)}`;
    }
  }

  /** `pm update` ends by asking PM2 to restart this process; the operation lets every node load the new code itself. */
  private skipHostRestart(): void {
    const { pm } = this.deps.app;
    const update = pm.update.bind(pm);
    pm.update = async (names, options) => {
      for (const name of [names].flat()) await update(name, { ...options }, false);
    };
    this.restoreUpdate = () => {
      pm.update = update;
    };
  }
}

/** The host wraps what went wrong into "Failed to enable plugin". */
function rootCause(error: Error): Error {
  return error.cause instanceof Error ? rootCause(error.cause) : error;
}
