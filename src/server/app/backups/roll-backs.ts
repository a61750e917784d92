import path from 'node:path';
import type { Application } from '@nocobase/server';
import type { OperationRecord, OperationResult } from '../../../shared/domain';
import type { Clock } from '../../core/clock';
import { sentence } from '../../core/errors';
import { isOver } from '../../core/node-machine';
import { holderSentence } from '../../core/sentences';
import { noBackup, rollBackSentence } from '../../core/ways-out';
import { endFollowed } from '../../maintenance/followed';
import type { Journal } from '../../maintenance/journal';
import type { LedOperation } from '../../maintenance/led-operation';
import type { Answer } from '../../maintenance/resolver';
import type { Coordination, Guard, Ledger, Log } from '../../ports';
import { KeptPlugins } from '../kept-plugins';
import type { HostLifecycle } from '../lifecycle';
import { passwordFor, withPasswordHint } from './backup-password';
import { backupFolder } from './host-modules';
import type { RestoreEnd } from './host-restore';
import { restoreFile } from './restore-command';
import type { BackupInQuestion, Restores } from './restores';

export interface RollBacksDeps {
  readonly app: Application;
  readonly coordination: Coordination;
  readonly guard: Pick<Guard, 'isHeld'>;
  readonly ledger: Ledger;
  readonly journal: Journal;
  readonly clock: Clock;
  readonly log: Log;
  readonly lifecycle: HostLifecycle;
  readonly restores: Restores;
}

/** How it ended here, and for the whole cluster. */
export interface RollBackEnd {
  readonly here: RestoreEnd;
  readonly result: OperationResult;
}

export type RollBackBegun =
  | {
      readonly ok: true;
      readonly said: string;
      readonly operation: OperationRecord;
      readonly ended: Promise<RollBackEnd>;
    }
  | Extract<Answer, { readonly ok: false }>;

const INSIDE = 'Somebody still stands in the guard in the database; wait, or take leadership away first.';
/** How many operations are looked through for files that changed since. */
const LOOKED_THROUGH = 100;

/** Back to the backup that was taken before an operation, as an operation of its own. */
export class RollBacks {
  constructor(private readonly deps: RollBacksDeps) {}

  /** A person asked this node to roll a held operation back; it stays held when that cannot even begin. */
  async held(record: OperationRecord): Promise<void> {
    // Nobody waits for it: what goes wrong has to be said here.
    const begun = await this.begin(record, record.requestedBy).catch((error: unknown) => refuse(sentence(error)));
    if (begun.ok) return;
    const { journal, app } = this.deps;
    journal.note(record, 'operation.resolved', `It cannot be rolled back: ${begun.refusal}`);
    app.log.warn(`[cluster maintenance] ${record.id} cannot be rolled back: ${begun.refusal}`);
  }

  /** Of one that is held or over; answers when the new operation has begun. */
  async ask(operationId: string, by: string): Promise<RollBackBegun> {
    const { coordination, ledger } = this.deps;
    const running = await coordination.state.read();
    const record = running?.id === operationId ? running : await ledger.find(operationId);
    if (!record) return refuse(`There is no operation "${operationId}".`);
    if (!isOver(record) && record.phase !== 'held') return refuse('It has not ended yet; wait for it, or cancel it.');
    if (running && !isOver(running) && running.id !== operationId) return refuse(`${holderSentence(running)}.`);
    return this.begin(record, by);
  }

  private async begin(record: OperationRecord, by: string): Promise<RollBackBegun> {
    const { restores, coordination, guard, app } = this.deps;
    const missing = noBackup(record);
    if (missing !== undefined || !record.backup) return refuse(missing ?? '');
    const { file } = record.backup;
    // Plugins that are not here may come back with their files.
    const asked = { ...(await this.backup(file)), ignoreMissingPlugins: true, anySchema: false };
    const refusal = withPasswordHint(await restores.refusal(asked));
    if (refusal !== undefined) return refuse(refusal);
    const sets = await this.setsSince(record);
    if (!isOver(record) && (await guard.isHeld())) return refuse(INSIDE);
    const follows = isOver(record) ? {} : { follows: record.epoch };
    const subject = [record.kind, record.subject].filter(Boolean).join(' ');
    const begun = await restores.begin({
      kind: 'roll-back',
      subject,
      requestedBy: by,
      backup: record.backup,
      ...follows,
    });
    if (begun.outcome === 'busy') {
      const holder = begun.record ? holderSentence(begun.record) : 'Another operation begins';
      return refuse(`${coordination.problem() ?? holder}.`);
    }
    const { operation } = begun;
    if (!isOver(record)) await endFollowed(record, operation.record, 'Rolled back as a new operation.', this.deps);
    const ended = this.lead(operation, asked, sets);
    ended.catch((error: unknown) => app.log.error(`[cluster maintenance] roll-back: ${sentence(error)}`));
    return { ok: true, said: rollBackSentence(record), operation: operation.record, ended };
  }

  private async lead(
    operation: LedOperation,
    asked: BackupInQuestion,
    sets: readonly KeptPlugins[],
  ): Promise<RollBackEnd> {
    const { app, restores } = this.deps;
    const entered = await restores.enter(operation);
    if (!entered.ok) return { here: { end: 'failed', reason: entered.reason }, result: 'aborted' };
    const files = this.files(sets);
    const start = (sight: Parameters<typeof restoreFile>[1]) => restoreFile(app, sight, asked.file, asked.password);
    const here = await restores.run(operation, app.log, start, files);
    const { settled } = await restores.conclude(operation, here);
    return { here, result: await settled };
  }

  private async backup(file: string): Promise<Pick<BackupInQuestion, 'file' | 'password'>> {
    const { app } = this.deps;
    const place = path.join(backupFolder(app), path.basename(file));
    return { file: place, password: await passwordFor(place, app) };
  }

  /**
   * Files that this operation and later ones changed, the newest first. Its backup may have been taken for an earlier one:
   * what changed since then goes back, as the data do.
   */
  private async setsSince({ epoch, backup }: OperationRecord): Promise<KeptPlugins[]> {
    const operations = await this.deps.ledger.history(LOOKED_THROUGH);
    const sharing = operations.filter((operation) => operation.backup?.file === backup?.file);
    const first = Math.min(epoch, ...sharing.map((operation) => operation.epoch));
    const since = operations.filter((operation) => operation.epoch >= first);
    const sets = await Promise.all(since.map(({ id }) => KeptPlugins.of(id)));
    return sets.filter((set) => set !== undefined);
  }

  private files(sets: readonly KeptPlugins[]) {
    const { lifecycle } = this.deps;
    const change = async () => {
      const names: string[] = [];
      for (const set of sets) names.push(...(await set.rollBack()));
      await lifecycle.forgetChangedCode(names);
    };
    const takeBack = async () => {
      for (const set of [...sets].reverse()) await set.undo();
      await lifecycle.forgetChangedCode();
    };
    return { change, takeBack };
  }
}

function refuse(refusal: string): Extract<Answer, { readonly ok: false }> {
  return { ok: false, refusal };
}
