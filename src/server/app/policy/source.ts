import { readFile } from 'node:fs/promises';
import type { PolicyDocument, PolicyRule } from '../../../shared/policy';
import type { Clock } from '../../core/clock';
import { sentence } from '../../core/errors';
import { DEFAULT_POLICY } from '../../core/policy/defaults';
import { readPolicy } from '../../core/policy/document';
import { rulesOfOthers } from '../../core/policy/named';
import type { PolicyStore, StoredPolicy } from '../../ports';
import { Remembered } from './remembered';

export const POLICY_VARIABLE = 'CLUSTER_MAINTENANCE_POLICY';

/** The policy as it counts at this moment, with where it comes from. */
export interface CurrentPolicy {
  /** Undefined: it cannot be read, and `problem` says why in one sentence. Then everything risky is denied. */
  readonly document: PolicyDocument | undefined;
  readonly problem?: string;
  /** 0: what came with the installation. */
  readonly revision: number;
  readonly stored?: StoredPolicy;
  /** Name of the variable that overrides what is stored. */
  readonly readOnlyBy?: string;
}

/** For so long a node may go by what it has read, in milliseconds (docs/adr/0012). */
export const REMEMBERED_FOR = 1_000;
/** After so long no node goes by what was there before: clocks do not run equally fast. */
const FORGOTTEN_AFTER = REMEMBERED_FOR * 1.1;

/** Where the policy comes from: what is stored counts for all nodes, and a file may be changed without a restart. */
export class PolicySource {
  private readonly remembered: Remembered<CurrentPolicy>;
  private others: readonly PolicyRule[] = [];

  constructor(
    private readonly store: PolicyStore,
    /** JSON of a policy, or the path of a file that holds it; undefined: what is stored counts. */
    private readonly override: string | undefined,
    private readonly clock: Clock,
  ) {
    const keeps = ({ document }: CurrentPolicy) => document !== undefined;
    this.remembered = new Remembered({ ask: () => this.current(), keeps, ms: REMEMBERED_FOR, clock });
  }

  get readOnlyBy(): string | undefined {
    return this.override === undefined ? undefined : POLICY_VARIABLE;
  }

  /** As it is at this moment. Never rejects. */
  async current(): Promise<CurrentPolicy> {
    return this.override === undefined ? this.ofStore() : this.ofVariable(this.override);
  }

  /**
   * As it is, or was within the last second; for what is asked all day. Never rejects. What cannot be read is never
   * remembered, and neither is anything past what this node itself has saved.
   */
  recent(): Promise<CurrentPolicy> {
    return this.remembered.get();
  }

  /**
   * Rules about actions that no list knows. Where the policy cannot be read those of the last one that could: what they name
   * is denied then, and everything else that no list knows goes on.
   */
  async rulesOfOthers(): Promise<readonly PolicyRule[]> {
    const { document } = await this.recent();
    if (document) this.others = rulesOfOthers(document.rules);
    return this.others;
  }

  /** Stores it. When this resolves with `written`, every node goes by it. Rejects when it is not known to be stored. */
  async save(next: StoredPolicy): Promise<'written' | 'moved'> {
    const outcome = await this.store.write(next).finally(() => this.forget());
    if (outcome === 'written') await this.clock.sleep(FORGOTTEN_AFTER);
    return outcome;
  }

  /** Whoever comes next asks anew. */
  forget(): void {
    this.remembered.forget();
  }

  private async ofStore(): Promise<CurrentPolicy> {
    try {
      const stored = await this.store.read();
      if (!stored) return { document: DEFAULT_POLICY, revision: 0 };
      const read = parse(stored.document, 'The policy in the database');
      return { ...read, revision: stored.revision, stored };
    } catch (error) {
      const problem = `The policy in the database cannot be read: ${sentence(error)}`;
      return { document: undefined, problem, revision: 0 };
    }
  }

  private async ofVariable(override: string): Promise<CurrentPolicy> {
    const fixed = { revision: 0, readOnlyBy: POLICY_VARIABLE };
    if (override.trimStart().startsWith('{')) return { ...parse(override, POLICY_VARIABLE), ...fixed };
    try {
      return { ...parse(await readFile(override.trim(), 'utf8'), `The file of ${POLICY_VARIABLE}`), ...fixed };
    } catch (error) {
      const problem = `The file of ${POLICY_VARIABLE} cannot be read: ${sentence(error)}`;
      return { document: undefined, problem, ...fixed };
    }
  }
}

function parse(text: string, what: string): Pick<CurrentPolicy, 'document' | 'problem'> {
  try {
    const read = readPolicy(JSON.parse(text));
    return read.ok ? { document: read.policy } : { document: undefined, problem: `${what} is wrong: ${read.problem}` };
  } catch (error) {
    return { document: undefined, problem: `${what} is no JSON: ${sentence(error)}` };
  }
}
