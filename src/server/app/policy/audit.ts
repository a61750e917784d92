import type { Reason } from '../../../shared/policy';
import type { AuditEntry } from '../../../shared/policy-api';
import type { AuditQuery, AuditRow } from '../../ports';
import { AuditBatch, type AuditBatchDeps, type NewAttempt } from './audit-batch';
import type { Audit } from './contract';

export interface AuditDeps extends AuditBatchDeps {
  /** Name of this node. */
  readonly node: string;
  /** Hides secrets that a parameter or an error may quote. */
  readonly mask: (text: string) => string;
  /** Counts what was not let through. */
  readonly refused?: ((reasons: readonly Reason[]) => void) | undefined;
}

/** What the column takes. */
const LONGEST_ACTION = 160;

type Told = Omit<AuditEntry, 'id' | 'at' | 'node'>;
type Stored = Omit<AuditEntry, 'id' | 'at' | 'action' | 'person' | 'result' | 'operationId'>;

/** Each attempt stands in the database and, as one line of JSON, in the log: what one of them loses, the other one has. */
export class KeptAudit implements Audit {
  private readonly batch: AuditBatch;

  constructor(private readonly deps: AuditDeps) {
    this.batch = new AuditBatch(deps);
  }

  async note(entry: Told): Promise<string> {
    const id = this.noteSoon(entry);
    await this.batch.flush();
    return id;
  }

  noteSoon(entry: Told): string {
    const id = this.deps.clock.newId();
    const safe = this.safe(entry);
    this.say({ id, node: this.deps.node, ...safe }, isBrokenGlass(safe));
    if (entry.decision !== 'allow') this.deps.refused?.(entry.reasons);
    this.batch.add(rowOf(id, this.deps.node, safe));
    return id;
  }

  async conclude(id: string, result: string, operationId?: string): Promise<void> {
    this.concludeSoon(id, result, operationId);
    await this.batch.flush();
  }

  concludeSoon(id: string, result: string, operationId?: string): void {
    const told = this.deps.mask(result);
    this.say({ id, result: told, ...(operationId === undefined ? {} : { operationId }) }, false);
    this.batch.conclude(id, { result: told, ...(operationId === undefined ? {} : { operation: operationId }) });
  }

  /** What is on its way is stored, as far as it can be. */
  flush(): Promise<void> {
    return this.batch.flush();
  }

  close(): Promise<void> {
    return this.batch.close();
  }

  async list(query: AuditQuery): Promise<readonly AuditEntry[]> {
    await this.batch.flush();
    return (await this.deps.rows.list(query)).map(entryOf).filter((entry) => entry !== undefined);
  }

  /** Whatever the host's format is, the part behind the word is JSON. */
  private say(line: object, loud: boolean): void {
    const text = `audit ${JSON.stringify(line)}`;
    if (loud) this.deps.log.warn(text);
    else this.deps.log.info(text);
  }

  private safe(entry: Told): Told {
    return JSON.parse(this.deps.mask(JSON.stringify(entry))) as Told;
  }
}

function isBrokenGlass({ reasons }: Told): boolean {
  return reasons.some(({ code }) => code === 'glass-broken');
}

function rowOf(id: string, node: string, { action, person, result, operationId, ...rest }: Told): NewAttempt {
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
