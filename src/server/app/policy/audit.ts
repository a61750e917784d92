import type { AuditEntry } from '../../../shared/policy-api';
import type { Clock } from '../../core/clock';
import { sentence, TablesReplaced } from '../../core/errors';
import type { AuditQuery, AuditRow, AuditRows, Log } from '../../ports';
import type { Audit } from './contract';

export interface AuditDeps {
  readonly rows: AuditRows;
  readonly clock: Clock;
  readonly log: Log;
  /** Name of this node. */
  readonly node: string;
  /** Hides secrets that a parameter or an error may quote. */
  readonly mask: (text: string) => string;
}

/** Nobody waits longer for the database only because something is to be remembered, in milliseconds. */
const PATIENCE = 2_000;
/** So often is tried whether the tables are there again, in milliseconds. */
const AGAIN = 1_000;
/** More of them would be somebody who tries everything. */
const MOST_HELD = 1_000;
const LOST = 'audit: this could not be stored and stands in the log alone:';
/** What the column takes. */
const LONGEST_ACTION = 160;

type Told = Omit<AuditEntry, 'id' | 'at' | 'node'>;
type Stored = Omit<AuditEntry, 'id' | 'at' | 'action' | 'person' | 'result' | 'operationId'>;

/** Each attempt stands in the database and, as one line of JSON, in the log: what one of them loses, the other one has. */
export class KeptAudit implements Audit {
  /** What waits until the tables are there again. */
  private readonly held: (() => Promise<void>)[] = [];

  constructor(private readonly deps: AuditDeps) {}

  async note(entry: Told): Promise<string> {
    const id = this.deps.clock.newId();
    const safe = this.safe(entry);
    this.say({ id, node: this.deps.node, ...safe }, isBrokenGlass(safe));
    await this.keep(() => this.deps.rows.add(rowOf(id, this.deps.node, safe)));
    return id;
  }

  async conclude(id: string, result: string, operationId?: string): Promise<void> {
    const told = this.deps.mask(result);
    this.say({ id, result: told, ...(operationId === undefined ? {} : { operationId }) }, false);
    await this.keep(() => this.deps.rows.conclude(id, told, operationId));
  }

  async list(query: AuditQuery): Promise<readonly AuditEntry[]> {
    return (await this.deps.rows.list(query)).map(entryOf).filter((entry) => entry !== undefined);
  }

  /** Whatever the host's format is, the part behind the word is JSON. */
  private say(line: object, loud: boolean): void {
    const text = `audit ${JSON.stringify(line)}`;
    if (loud) this.deps.log.warn(text);
    else this.deps.log.info(text);
  }

  private async keep(write: () => Promise<void>): Promise<void> {
    const { clock, log } = this.deps;
    // In their order: how something ended is written to its row.
    if (this.held.length > 0) return this.hold(write);
    const tooLate = new AbortController();
    try {
      const late = clock.sleep(PATIENCE, tooLate.signal).then(() => 'late' as const);
      const stored = write().catch((error: unknown) => this.failed(write, error));
      if ((await Promise.race([stored, late])) === 'late') log.error('audit: the database does not answer in time.');
    } finally {
      tooLate.abort();
    }
  }

  private failed(write: () => Promise<void>, error: unknown): void {
    if (error instanceof TablesReplaced) this.hold(write);
    else this.deps.log.error(`${LOST} ${sentence(error)}`);
  }

  /** A restore is itself something that was tried: its end comes while the tables are being replaced. */
  private hold(write: () => Promise<void>): void {
    if (this.held.length >= MOST_HELD) return this.deps.log.error(`${LOST} too much waits for a restore.`);
    this.held.push(write);
    if (this.held.length === 1) void this.writeHeld();
  }

  private async writeHeld(): Promise<void> {
    for (let next = this.held[0]; next; next = this.held[0]) {
      await this.deps.clock.sleep(AGAIN);
      const isReplaced = await next().then(
        () => false,
        (error: unknown) => error instanceof TablesReplaced || void this.failed(next, error),
      );
      if (!isReplaced) this.held.shift();
    }
  }

  private safe(entry: Told): Told {
    return JSON.parse(this.deps.mask(JSON.stringify(entry))) as Told;
  }
}

function isBrokenGlass({ reasons }: Told): boolean {
  return reasons.some(({ code }) => code === 'glass-broken');
}

function rowOf(id: string, node: string, { action, person, result, operationId, ...rest }: Told): Omit<AuditRow, 'at'> {
  return {
    id,
    action: action.slice(0, LONGEST_ACTION),
    person,
    entry: JSON.stringify({ node, ...rest } satisfies Stored),
    ...(result === undefined ? {} : { result }),
    ...(operationId === undefined ? {} : { operation: operationId }),
  };
}

/** One that a hand has edited into nonsense is left out, so that the others can be shown. */
function entryOf({ id, at, action, person, entry, result, operation }: AuditRow): AuditEntry | undefined {
  try {
    const stored = JSON.parse(entry) as Stored;
    if (!Array.isArray(stored.reasons)) return undefined;
    const end = {
      ...(result === undefined ? {} : { result }),
      ...(operation === undefined ? {} : { operationId: operation }),
    };
    return { ...stored, id, at, action, person, ...end };
  } catch {
    return undefined;
  }
}
