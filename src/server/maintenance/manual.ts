import type { OperationRecord } from '../../shared/domain';
import type { Clock } from '../core/clock';
import type { Entry } from '../core/entry';
import { isOver } from '../core/node-machine';
import { isManual } from '../core/standing';
import type { Settings } from '../core/settings';
import type { Coordination } from '../ports';
import type { Coordinator } from './coordinator';
import type { Lookout } from './lookout';
import type { ManualEnd } from './manual-end';
import type { Answer, Resolver } from './resolver';

export interface ManualDeps {
  readonly settings: Settings;
  readonly coordination: Coordination;
  readonly coordinator: Coordinator;
  readonly resolver: Resolver;
  readonly lookout: Lookout;
  readonly ending: ManualEnd;
  readonly clock: Clock;
}

/** Who asks: a name for people, and what tells that person from others of that name. */
export interface Person {
  readonly name: string;
  readonly identity: string;
}

export type EnterOutcome =
  | { readonly outcome: 'entered'; readonly record: OperationRecord }
  /** Another operation is under way. */
  | { readonly outcome: 'busy'; readonly record: OperationRecord | undefined }
  /** Not every node stopped, or somebody cancelled it: nothing has changed, and everybody serves. */
  | { readonly outcome: 'aborted'; readonly reason: string }
  /** There is no such node to stay open. */
  | { readonly outcome: 'invalid'; readonly reason: string };

export interface ExitRequest {
  readonly operationId: string;
  readonly by: Person;
  /** Also when somebody else entered it. */
  readonly override: boolean;
  readonly reason: string;
}

/** Before the next attempt to end a maintenance that has just begun, in milliseconds. */
const AGAIN = 200;

const ENDED: Answer = { ok: true, said: 'The maintenance has ended; every node serves again.' };

/** Manual maintenance: every node but one stops, for work outside NocoBase, until somebody or a time limit ends it. */
export class ManualMaintenance {
  constructor(private readonly deps: ManualDeps) {}

  /** Resolves when every node has stopped. Rejects when store or database cannot be reached. */
  async enter(entry: Entry, by: Person): Promise<EnterOutcome> {
    const { scope, reason, openNode, message, expiresInSeconds } = entry;
    const unknown = openNode === undefined ? undefined : await this.objectionTo(openNode);
    if (unknown !== undefined) return { outcome: 'invalid', reason: unknown };
    const open = openNode === undefined ? {} : { openNode };
    const maintenance = { message, expiresInSeconds, enteredBy: by.identity, ...open };
    const request = { kind: 'maintenance', subject: reason, requestedBy: by.name, scope, maintenance } as const;
    const begun = await this.deps.coordinator.begin(request);
    if (begun.outcome === 'busy') return begun;
    const { operation } = begun;
    const drained = await operation.drain();
    const stood = drained.ok ? await operation.stand() : drained;
    return stood.ok ? { outcome: 'entered', record: operation.record } : { outcome: 'aborted', reason: stood.reason };
  }

  /** The maintenance that is under way, standing or about to. */
  async current(): Promise<OperationRecord | undefined> {
    // A database that is silent, because it is what is worked on, must not keep anybody from ending it.
    await this.deps.lookout.remind().catch(() => undefined);
    const record = await this.deps.coordination.state.read();
    return record?.kind === 'maintenance' && !isOver(record) ? record : undefined;
  }

  /** Every node serves again; one that has not begun to stand is cancelled. Rejects when the store cannot be reached. */
  async exit({ operationId, by, override, reason }: ExitRequest): Promise<Answer> {
    const { clock, settings } = this.deps;
    const why = [`Ended by ${by.name}.`, reason].filter(Boolean).join(' ');
    const giveUp = clock.monotonic() + settings.timings.leaseTtl * 2;
    for (let told = false; ;) {
      const record = await this.current();
      if (!record && told) return ENDED;
      const refusal = exitRefusal(record, operationId, by, override);
      if (refusal !== undefined || !record) return { ok: false, refusal: refusal ?? '' };
      const outcome = await this.endOnce(record, why, by);
      if (outcome === 'ended') return ENDED;
      told ||= outcome === 'told';
      // The lease of whoever began it is still there, because he disappeared in that moment.
      if (clock.monotonic() > giveUp) return { ok: false, refusal: 'It could not be ended; look again.' };
      await clock.sleep(AGAIN);
    }
  }

  private async endOnce(record: OperationRecord, why: string, by: Person): Promise<'ended' | 'told' | 'moved'> {
    const { ending, resolver } = this.deps;
    if (isManual(record)) return ending.end(record, why);
    return (await resolver.cancel(record.id, by.name)).ok ? 'ended' : 'moved';
  }

  private async objectionTo(openNode: string): Promise<string | undefined> {
    const servers = (await this.deps.coordination.state.roster()).filter(({ role }) => role === 'app');
    const found = servers.filter(({ name }) => name === openNode);
    if (found.length === 1) return undefined;
    if (found.length > 1) return `${found.length} nodes are called "${openNode}": give each a name of its own.`;
    const names = servers.map(({ name }) => name).sort();
    return `No node is called "${openNode}"; there are: ${names.join(', ')}.`;
  }
}

/** Two admins must not undo each other by accident. */
function exitRefusal(
  record: OperationRecord | undefined,
  operationId: string,
  by: Person,
  override: boolean,
): string | undefined {
  if (!record) return 'No maintenance is under way.';
  if (record.id !== operationId)
    return `Another maintenance is under way: ${record.subject}, by ${record.requestedBy}.`;
  if (record.maintenance?.enteredBy === by.identity || override) return undefined;
  return `${record.requestedBy} entered it: ${record.subject}. Override that if you have to end it all the same.`;
}
