import type { BackupRef, OperationRecord } from '../../shared/domain';
import type { Clock } from '../core/clock';
import { sentence } from '../core/errors';
import type { Settings } from '../core/settings';
import { isRepeatable } from '../core/settlement';
import type { Backups, Ledger, Log } from '../ports';
import type { Journal } from './journal';
import type { RecordWriter } from './record-writer';
import type { Waiting } from './waiting';

export interface BackupFirstDeps {
  readonly settings: Settings;
  readonly backups?: Backups | undefined;
  readonly ledger: Pick<Ledger, 'history' | 'age'>;
  readonly journal: Pick<Journal, 'note'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly waiting: Pick<Waiting, 'upTo'>;
  readonly writer: Pick<RecordWriter, 'progress'>;
}

/** What there is to go back to, or why the operation must not go on. Neither: it goes on without a backup. */
export interface BackupFirst {
  readonly backup?: BackupRef;
  readonly refusal?: string;
}

/** A dump that takes longer is taken for stuck: every wait has a deadline. */
const AT_MOST = 3_600_000;
/** How far back is looked for a backup that still serves. */
const LOOK_BACK = 50;

/** Takes a backup when every node has drained, if the settings ask for one before operations of this kind. */
export async function backUpFirst(record: OperationRecord, deps: BackupFirstDeps): Promise<BackupFirst> {
  const { backups, settings, journal } = deps;
  const { before, strict } = settings.backups;
  if (!backups || !before.includes(record.kind)) return {};
  const say = (text: string) => journal.note(record, 'work.step', text);
  try {
    const earlier = await ofBefore(record, deps, backups);
    if (earlier) {
      say(`The backup ${earlier.file} serves: nothing was changed on purpose since.`);
      return { backup: earlier };
    }
    const hindrance = await backups.hindrance();
    if (hindrance !== undefined) {
      if (strict) return { refusal: refusal(hindrance) };
      say(`No backup before it: ${hindrance}`);
      return {};
    }
    return await takeNew(record, deps, backups);
  } catch (error) {
    return { refusal: refusal(sentence(error)) };
  }
}

async function takeNew(record: OperationRecord, deps: BackupFirstDeps, backups: Backups): Promise<BackupFirst> {
  const { clock, journal, waiting, writer } = deps;
  const deadline = waiting.upTo(AT_MOST);
  const since = clock.monotonic();
  const cut = new Promise<undefined>((resolve) => {
    if (deadline.signal.aborted) resolve(undefined);
    deadline.signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
  const taking = backups.take(record.kind, (step) => writer.progress(step), deadline.signal);
  // When the operation is cancelled it is stopped, and nobody waits until it is.
  taking.catch(() => undefined);
  const backup = await Promise.race([taking, cut]);
  const why = deadline.why();
  deadline.cut('It is over.');
  if (!backup) return { refusal: why ?? refusal(`it did not end within ${AT_MOST / 60_000} minutes`) };
  const seconds = ((clock.monotonic() - since) / 1000).toFixed(1);
  journal.note(record, 'work.step', `Backup ${backup.file}, taken in ${seconds} s.`);
  return { backup };
}

/** A backup that was taken before, of the state that this operation begins with. */
async function ofBefore(
  record: OperationRecord,
  { ledger, settings }: BackupFirstDeps,
  backups: Backups,
): Promise<BackupRef | undefined> {
  const history = (await ledger.history(LOOK_BACK)).filter(({ epoch }) => epoch < record.epoch);
  const ref = interruptedBackup(record, history) ?? (await youngBackup(history, ledger, settings.backups.maxAge));
  return ref && (await backups.has(ref.file)) ? ref : undefined;
}

/** It was begun before and broke off: only the backup of the first attempt holds what there was before all of them. */
function interruptedBackup(record: OperationRecord, history: readonly OperationRecord[]): BackupRef | undefined {
  if (record.attempt === 1 || !isRepeatable(record.kind)) return undefined;
  return history.find(({ interrupted, kind }) => interrupted && kind === record.kind)?.backup;
}

async function youngBackup(
  history: readonly OperationRecord[],
  ledger: BackupFirstDeps['ledger'],
  maxAge: number,
): Promise<BackupRef | undefined> {
  if (maxAge === 0) return undefined;
  const last = history.findIndex(({ kind, result }) => kind === 'backup' && result === 'done');
  const found = history[last];
  // Work by hand changes what nobody knows.
  const changes = ({ changed, kind }: OperationRecord) => changed || kind === 'maintenance';
  if (!found || history.slice(0, last).some(changes)) return undefined;
  const age = await ledger.age(found.id);
  return age !== undefined && age <= maxAge ? { file: found.subject, takenAt: found.startedAt } : undefined;
}

function refusal(why: string): string {
  return `No backup could be taken before it, and nothing was changed: ${why.replace(/\.$/, '')}.`;
}
