import { readFile } from 'node:fs/promises';
import type { PolicyDocument } from '../../../shared/policy';
import { sentence } from '../../core/errors';
import { DEFAULT_POLICY } from '../../core/policy/defaults';
import { readPolicy } from '../../core/policy/document';
import type { PolicyStore, StoredPolicy } from '../../ports';

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

/** Asks anew each time: all nodes go by what stands there now, and a file may be changed without a restart. */
export class PolicySource {
  constructor(
    private readonly store: PolicyStore,
    /** JSON of a policy, or the path of a file that holds it; undefined: what is stored counts. */
    private readonly override: string | undefined,
  ) {}

  get readOnlyBy(): string | undefined {
    return this.override === undefined ? undefined : POLICY_VARIABLE;
  }

  /** Never rejects. */
  async current(): Promise<CurrentPolicy> {
    return this.override === undefined ? this.ofStore() : this.ofVariable(this.override);
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
