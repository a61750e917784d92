import type { APIClient, RequestConfig } from '@nocobase/client-v2';
import { createContext, useContext } from 'react';
import { RESOURCE } from '../../shared/api';
import type {
  ApprovalRequest,
  ApprovalsBody,
  AuditBody,
  BreakGlassBody,
  DecideBody,
  GlassBody,
  PolicyBody,
  PreflightQuery,
  Prospect,
  QueueBody,
  QueuedAction,
  RequestApprovalBody,
  UpdatePolicyBody,
} from '../../shared/policy-api';
import { RequestProblem, toProblem } from '../status/api';
import { headersOf, type OwnRequestConfig } from './askFirst';
import type { KeptRequest } from './keptRequests';
import type { Given } from './questions';
import { isObject, isProspect, isRefused } from './refusal';

export interface AuditQuery {
  readonly person?: string;
  readonly action?: string;
  /** Id of the last one seen. */
  readonly before?: string;
  readonly limit?: number;
}

/** What the page and the dialog ask about the policy. All reject with a `RequestProblem`. */
export interface PolicyApi {
  policy(signal: AbortSignal): Promise<PolicyBody>;
  /** `outdated`: somebody else was faster, and nothing was stored. */
  updatePolicy(body: UpdatePolicyBody): Promise<PolicyBody | 'outdated'>;
  preflight(query: PreflightQuery, signal: AbortSignal): Promise<Prospect>;
  requestApproval(body: RequestApprovalBody): Promise<ApprovalRequest>;
  approvals(signal: AbortSignal): Promise<ApprovalsBody>;
  approve(body: DecideBody): Promise<void>;
  reject(body: DecideBody): Promise<void>;
  withdraw(id: string): Promise<void>;
  queue(body: QueueBody): Promise<QueuedAction>;
  queued(signal: AbortSignal): Promise<readonly QueuedAction[]>;
  withdrawQueued(id: string): Promise<void>;
  glass(signal: AbortSignal): Promise<GlassBody>;
  breakGlass(body: BreakGlassBody): Promise<GlassBody>;
  mendGlass(): Promise<GlassBody>;
  audit(query: AuditQuery, signal: AbortSignal): Promise<AuditBody>;
  /** Sends a request of before with what it was approved with. If more is needed, a person is asked. */
  run(request: KeptRequest, given: Given): Promise<void>;
}

const TIMEOUT_MS = 15_000;

type Send = (config: RequestConfig) => Promise<unknown>;

/** Failures are told by who asked, so the host shows no notification of its own. */
export function createPolicyApi(http: Pick<APIClient, 'request'>): PolicyApi {
  const send = sender(http);
  const decide = async (action: string, data: object) => void (await send(posting(action, data)));
  return {
    policy: async (signal) => read(await send(asking('policy', signal)), isPolicy),
    updatePolicy: async (body) => {
      try {
        return read(await send(posting('updatePolicy', body)), isPolicy);
      } catch (error) {
        if (error instanceof OutdatedError) return 'outdated';
        throw error;
      }
    },
    preflight: async (query, signal) => read(await send(asking('preflight', signal, { ...query })), isProspect),
    requestApproval: async (body) => read(await send(posting('requestApproval', body)), isRequest),
    approvals: async (signal) => read(await send(asking('approvals', signal)), isApprovals),
    approve: (body) => decide('approve', body),
    reject: (body) => decide('reject', body),
    withdraw: (id) => decide('withdrawApproval', { id }),
    queue: async (body) => read(await send(posting('queue', body)), isQueued),
    queued: async (signal) => read(await send(asking('queued', signal)), isQueue),
    withdrawQueued: (id) => decide('withdrawQueued', { id }),
    glass: async (signal) => read(await send(asking('glass', signal)), isGlass),
    breakGlass: async (body) => read(await send(posting('breakGlass', body)), isGlass),
    mendGlass: async () => read(await send(posting('mendGlass', {})), isGlass),
    audit: async (query, signal) => read(await send(asking('audit', signal, { ...query })), isAudit),
    run: async ({ url, method, params, data }, given) => {
      const config = { url, method, params, data, headers: headersOf(undefined, given) };
      await http.request(withoutGaps(config));
    },
  };
}

function sender(http: Pick<APIClient, 'request'>): Send {
  return async (config) => {
    const own: OwnRequestConfig = { ...config, timeout: TIMEOUT_MS, skipNotify: true, asksNobody: true };
    try {
      return (await http.request(own)).data;
    } catch (error) {
      if (isRefused(error) && error.response.status === 409) throw new OutdatedError(toProblem(error).message);
      throw toProblem(error);
    }
  };
}

/** A conflict: to most callers a refusal like others. */
class OutdatedError extends RequestProblem {
  constructor(message: string) {
    super('refused', message);
  }
}

function asking(action: string, signal: AbortSignal, params: Record<string, unknown> = {}): RequestConfig {
  return { url: `${RESOURCE}:${action}`, method: 'get', params, signal };
}

function posting(action: string, data: object): RequestConfig {
  return { url: `${RESOURCE}:${action}`, method: 'post', data };
}

function withoutGaps(config: object): RequestConfig {
  return Object.fromEntries(
    Object.entries(config).filter(([, value]) => value !== undefined),
  ) as unknown as RequestConfig;
}

/** NocoBase wraps every answer in `data`. A proxy in between may answer 200 with a page of its own. */
function read<T>(answer: unknown, fits: (body: unknown) => body is T): T {
  const body = isObject(answer) ? answer.data : undefined;
  if (fits(body)) return body;
  throw new RequestProblem('unreachable', '');
}

const isPolicy = (body: unknown): body is PolicyBody => isObject(body) && typeof body.revision === 'number';
const isRequest = (body: unknown): body is ApprovalRequest => isObject(body) && typeof body.id === 'string';
const isQueued = (body: unknown): body is QueuedAction => isObject(body) && typeof body.id === 'string';
const isQueue = (body: unknown): body is readonly QueuedAction[] => Array.isArray(body);
const isApprovals = (body: unknown): body is ApprovalsBody => isObject(body) && Array.isArray(body.requests);
const isGlass = (body: unknown): body is GlassBody => isObject(body);
const isAudit = (body: unknown): body is AuditBody => isObject(body) && Array.isArray(body.entries);

const PolicyApiContext = createContext<PolicyApi | undefined>(undefined);
export const PolicyApiProvider = PolicyApiContext.Provider;

export function usePolicyApi(): PolicyApi {
  const api = useContext(PolicyApiContext);
  if (!api) throw new Error('The policy was asked for outside its PolicyApiProvider.');
  return api;
}
