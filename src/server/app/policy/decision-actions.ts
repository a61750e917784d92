import type { Middleware } from '@nocobase/server';
import { ERROR_CODES, RESOURCE } from '../../../shared/api';
import { sentence } from '../../core/errors';
import { personOf } from '../person';
import { announce, announced, withdrawAnnouncement } from './announcement-actions';
import { approve, approvals, reject, requestApproval, withdrawApproval } from './approval-actions';
import { audit } from './audit-action';
import { breakGlass, glass, mendGlass } from './glass-actions';
import type { Acted, Asked, DecisionDeps } from './decision-deps';
import { answered } from './outcome';
import { queue, queued, withdrawQueued } from './queue-actions';

type Look = (asked: Asked) => Promise<object>;
type Act = (asked: Asked) => Promise<Acted<object>>;

const LOOKS: Readonly<Record<string, Look>> = { approvals, queued, glass, audit, announced };
const ACTS: Readonly<Record<string, Act>> = {
  ...{ requestApproval, approve, reject, withdrawApproval },
  ...{ queue, withdrawQueued, breakGlass, mendGlass },
  ...{ announce, withdrawAnnouncement },
};

/** What people decide beside the policy: second admins, the queue, broken glass; and what is remembered of all attempts. */
export function decisionActions(deps: DecisionDeps): Readonly<Record<string, Middleware>> {
  const looks = Object.entries(LOOKS).map(([name, look]) => [name, middleware(deps, look)]);
  const acts = Object.entries(ACTS).map(([name, act]) => [name, middleware(deps, (asked) => acted(name, act, asked))]);
  return Object.fromEntries([...looks, ...acts]) as Readonly<Record<string, Middleware>>;
}

function middleware(deps: DecisionDeps, answer: Look): Middleware {
  return async (ctx, next) => {
    const values = (ctx.action.params.values ?? {}) as Readonly<Record<string, unknown>>;
    ctx.body = await answer({ ctx, deps, person: personOf(ctx), values });
    await next();
  };
}

async function acted(name: string, act: Act, asked: Asked): Promise<object> {
  const { ctx, deps, person } = asked;
  const { outcome, told } = await act(asked).catch((error: unknown) =>
    ctx.throw(503, { code: ERROR_CODES.offline, message: `The database cannot be reached: ${sentence(error)}` }),
  );
  const { subject = '', reason, approvalId, reasons = [], parameters = {} } = told;
  await deps.audit.note({
    ...{ person: person.name, by: 'page', action: `${RESOURCE}:${name}`, subject, reasons },
    parameters: JSON.stringify(parameters),
    decision: outcome.ok ? 'allow' : 'deny',
    ...(reason === undefined ? {} : { reason }),
    ...(approvalId === undefined ? {} : { approvalId }),
    result: outcome.ok ? '200' : `${outcome.status}: ${outcome.message}`,
  });
  return answered(ctx, outcome);
}
