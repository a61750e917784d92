import { ERROR_CODES } from '../../../shared/api';
import type { OperationRecord } from '../../../shared/domain';
import type { Clock } from '../../core/clock';
import { MaintenanceError, sentence } from '../../core/errors';
import { isOver } from '../../core/node-machine';
import { holderSentence } from '../../core/sentences';
import type { BeginOutcome, Coordinator } from '../../maintenance/coordinator';
import type { LedOperation } from '../../maintenance/led-operation';
import type { NodeAgent } from '../../maintenance/node-agent';
import type { Coordination, Log } from '../../ports';
import { claimTicket, isOwnCommand, operationAround, withTicket, type Ticket } from '../command-scope';
import type { RequestsUnderWay } from '../requests-under-way';
import { currentRequest } from '../request-scope';
import type { BackupRecords } from './backup-records';

export interface BackupRunsDeps {
  readonly coordinator: Pick<Coordinator, 'begin'>;
  readonly coordination: Pick<Coordination, 'problem'>;
  readonly agent: Pick<NodeAgent, 'nextSight' | 'lastRecord'>;
  readonly records: BackupRecords;
  readonly gate: { readonly underWay: Pick<RequestsUnderWay, 'exclude'> };
  readonly clock: Clock;
  readonly log: Log;
  /** Removes what backups left behind whose node disappeared. */
  readonly tidy: () => Promise<void>;
}

/** Asked for by the timers of all nodes. */
const SCHEDULE = 'schedule';
/** How often a backup that is due looks whether it may begin, and for how long, in milliseconds. */
const LOOK_EVERY = 1_000;
const LOOK_FOR = 3_600_000;
const MINUTE = 60_000;

/** Turns the backups that the host's backup plugin makes in this process into operations, each to its real end. */
export class BackupRuns {
  constructor(private readonly deps: BackupRunsDeps) {}

  /** `run` makes `file`. Without an operation around it, it becomes one; a second one at the same time is refused. */
  async run(file: string, run: () => Promise<string>): Promise<string> {
    const around = operationAround();
    if (isOwnCommand() || (around && !around.isOver)) return run();
    const operation = claimTicket()?.operation ?? leading(await this.begin('NocoBase'));
    return this.lead(operation, file, run);
  }

  /** Rejects when store or database cannot be reached. */
  begin(requestedBy: string): Promise<BeginOutcome> {
    return this.deps.coordinator.begin({ kind: 'backup', subject: '', requestedBy, scope: 'writes' });
  }

  /** Runs what will make a backup; if no backup comes of it, the operation ends with what went wrong. */
  async within<T>(operation: LedOperation, run: () => Promise<T>): Promise<T> {
    const ticket: Ticket = { operation, claimed: false, onClaim: () => {} };
    let reason = 'No backup was begun.';
    try {
      return await withTicket(ticket, run);
    } catch (error) {
      reason = sentence(error);
      throw error;
    } finally {
      if (!ticket.claimed) {
        ticket.claimed = true;
        await operation.abort(reason);
      }
    }
  }

  /** The timers of all nodes fire at the same time, `due` by the clock of this one: one of them makes the backup. */
  async scheduled(due: number, run: () => Promise<void>): Promise<void> {
    const { clock, log, records, coordination } = this.deps;
    const giveUp = clock.monotonic() + LOOK_FOR;
    let why = '';
    while (clock.monotonic() < giveUp) {
      try {
        const made = await records.since(due - (due % MINUTE));
        if (made) return log.info(`The scheduled backup is that of ${made.leader.name}.`, { operation: made.id });
        const begun = await this.begin(SCHEDULE);
        if (begun.outcome === 'leading') return await this.within(begun.operation, run);
        why = begun.record ? holderSentence(begun.record) : 'Another operation is just beginning.';
        await this.past(begun.record);
      } catch (error) {
        const offline = coordination.problem();
        if (offline === undefined) throw error;
        why = offline;
      }
      await clock.sleep(LOOK_EVERY);
    }
    log.error(`The scheduled backup was not made: ${why}`);
  }

  /** Resolves when that operation is over, or after a while. */
  private async past(record: OperationRecord | undefined): Promise<void> {
    const { agent, clock } = this.deps;
    const giveUp = clock.monotonic() + MINUTE;
    const runs = () => agent.lastRecord && agent.lastRecord.epoch <= (record?.epoch ?? 0) && !isOver(agent.lastRecord);
    while (runs() && clock.monotonic() < giveUp) await agent.nextSight(LOOK_EVERY);
  }

  private async lead(operation: LedOperation, file: string, run: () => Promise<string>): Promise<string> {
    operation.describe(file);
    // Another plugin may ask for it in the middle of a request that writes: that one ends when the backup does.
    const request = currentRequest();
    if (request) this.deps.gate.underWay.exclude(request.req);
    const drained = await operation.drain();
    const entered = drained.ok ? await operation.enter() : drained;
    if (!entered.ok) throw new MaintenanceError(ERROR_CODES.inProgress, 409, entered.reason);
    const ticket: Ticket = { operation, claimed: true, onClaim: () => {} };
    let failure: unknown;
    const made = await withTicket(ticket, async () => (await this.deps.tidy(), run())).catch((error: unknown) => {
      failure = error ?? new Error('It failed.');
      return '';
    });
    // Who asks the host whether it has ended may ask for the next one in the same moment.
    const { settled } = await operation.complete(failure === undefined ? undefined : sentence(failure));
    const result = await settled;
    if (failure !== undefined) throw failure instanceof Error ? failure : new Error(sentence(failure));
    if (result === 'failed') throw new Error(operation.record.reason ?? 'The backup failed.');
    return made;
  }
}

function leading(begun: BeginOutcome): LedOperation {
  if (begun.outcome === 'leading') return begun.operation;
  const holder = begun.record ? holderSentence(begun.record) : 'Another operation is just beginning';
  throw new MaintenanceError(ERROR_CODES.inProgress, 409, `${holder.replace(/\.$/, '')}. Try again when it has ended.`);
}
