import type { IncomingMessage } from 'node:http';
import type { OperationRecord } from '../../shared/domain';
import type { Clock } from '../core/clock';
import { isLookedAt, isManual } from '../core/standing';
import type { NodeAgent } from '../maintenance/node-agent';
import type { TimeLimit } from '../maintenance/time-limit';
import { admitsPass, LONGEST_PASS, passCookie, passKey, sealPass } from './let-in';

export interface AdmissionDeps {
  readonly agent: NodeAgent;
  readonly timeLimit: TimeLimit;
  readonly clock: Clock;
  /** Equal on all nodes of the app; empty: nobody can be let in. */
  readonly appSecret: string;
}

/** Lets admins look at the app during a manual maintenance, on every node, and after an upgrade on the new ones. */
export class Admission {
  private readonly key: string | undefined;

  constructor(private readonly deps: AdmissionDeps) {
    this.key = deps.appSecret === '' ? undefined : passKey(deps.appSecret);
  }

  /** For every request that would have to wait. */
  admits({ headers: { cookie } }: IncomingMessage): boolean {
    const { agent, clock } = this.deps;
    const record = agent.lastRecord;
    if (!this.key || cookie === undefined || !record || !this.opens(record)) return false;
    // A node that loads, or has not got so far, has no app to look at.
    if (agent.current !== 'drained' && agent.current !== 'serving') return false;
    return admitsPass(this.key, cookie, record.id, clock.wall());
  }

  /** After an upgrade only a node of the new version has something to show, and may touch the database. */
  private opens(record: OperationRecord): boolean {
    return isManual(record) || (isLookedAt(record) && this.deps.agent.report().fingerprint === record.target);
  }

  /** The value of a `Set-Cookie`, and for how long it is worth something; undefined: the app has no secret. */
  issue({ id }: OperationRecord, secure: boolean): { readonly cookie: string; readonly ms: number } | undefined {
    const { clock, timeLimit } = this.deps;
    if (!this.key) return undefined;
    const ms = Math.min(LONGEST_PASS, timeLimit.left() ?? LONGEST_PASS);
    return { cookie: passCookie(sealPass(this.key, id, clock.wall() + ms), ms, secure), ms };
  }
}
