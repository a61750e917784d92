import type { APIClient, RequestConfig } from '@nocobase/client-v2';
import { createContext, useContext } from 'react';
import {
  RESOURCE,
  type CancelBody,
  type DeclareStoppedBody,
  type EnterRequest,
  type ExitRequest,
  type HistoryBody,
  type OperationBody,
  type ResolveBody,
  type RollBackBody,
  type StatusBody,
} from '../../shared/api';
import type { HistoryQuery } from '../../shared/history';
import type { SettingsBody } from '../../shared/settings-view';

/** What the page asks of the server. All reject with a `RequestProblem`. */
export interface ClusterApi {
  status(signal: AbortSignal): Promise<StatusBody>;
  history(query: HistoryQuery, signal: AbortSignal): Promise<HistoryBody>;
  /** Those in force on the node that answers. */
  settings(signal: AbortSignal): Promise<SettingsBody>;
  /** One operation with its journal. */
  operation(id: string, signal: AbortSignal): Promise<OperationBody>;
  cancel(body: CancelBody): Promise<void>;
  resolve(body: ResolveBody): Promise<void>;
  declareStopped(body: DeclareStoppedBody): Promise<void>;
  rollBack(body: RollBackBody): Promise<void>;
  /** Resolves when every node has stopped. */
  enter(body: EnterRequest): Promise<void>;
  exit(body: ExitRequest): Promise<void>;
  /** Requests of this browser pass from then on, for a while. */
  letIn(body: CancelBody): Promise<void>;
}

/**
 * Why a request failed, in the page's words. `denied`: no permission. `missing`: the node that answered does not
 * run the plugin, or one that cannot do this. `refused`: the server says no, and nothing was done. `unreachable`: no
 * answer, or the node says that it cannot serve now.
 */
export class RequestProblem extends Error {
  override readonly name = 'RequestProblem';
  constructor(
    readonly kind: 'denied' | 'missing' | 'refused' | 'unreachable',
    /** The server's own sentence; empty when there was none. */
    message: string,
  ) {
    super(message);
  }
}

const STATUS_TIMEOUT_MS = 5_000;
/** A journal may come from a database that is busy. */
const JOURNAL_TIMEOUT_MS = 15_000;
/** The server answers once it has begun to do what was decided, not once that is over. */
export const DECISION_TIMEOUT_MS = 30_000;

/**
 * Talks through the host's client (base URL, token, role, language). The host must not react to a failure:
 * with `skipNotify` it shows no notification, and its v1 lane leaves the app's maintenance state alone.
 */
export function createClusterApi(http: Pick<APIClient, 'request'>): ClusterApi {
  const send = async (config: RequestConfig): Promise<unknown> => {
    try {
      return (await http.request({ ...config, skipNotify: true })).data;
    } catch (error) {
      throw toProblem(error);
    }
  };
  const decide = async (action: string, data: object): Promise<void> => {
    await send({ url: `${RESOURCE}:${action}`, method: 'post', timeout: DECISION_TIMEOUT_MS, data });
  };
  return {
    async status(signal) {
      const url = `${RESOURCE}:status`;
      return readStatus(await send({ url, method: 'get', timeout: STATUS_TIMEOUT_MS, signal }));
    },
    async operation(id, signal) {
      const config = { url: `${RESOURCE}:get`, params: { filterByTk: id }, timeout: JOURNAL_TIMEOUT_MS, signal };
      return bodyWith('journal', await send({ ...config, method: 'get' })) as unknown as OperationBody;
    },
    async history(query, signal) {
      const config = { url: `${RESOURCE}:history`, params: { ...query }, timeout: JOURNAL_TIMEOUT_MS, signal };
      return bodyWith('operations', await send({ ...config, method: 'get' })) as unknown as HistoryBody;
    },
    async settings(signal) {
      const url = `${RESOURCE}:settings`;
      const answer = await send({ url, method: 'get', timeout: JOURNAL_TIMEOUT_MS, signal });
      return bodyWith('settings', answer) as unknown as SettingsBody;
    },
    cancel: (body) => decide('cancel', body),
    resolve: (body) => decide('resolve', body),
    declareStopped: (body) => decide('declareStopped', body),
    rollBack: (body) => decide('rollBack', body),
    enter: (body) => decide('enter', body),
    exit: (body) => decide('exit', body),
    letIn: (body) => decide('letIn', body),
  };
}

/** NocoBase wraps every answer in `data`. A proxy in between may answer 200 with a page of its own. */
function readStatus(answer: unknown): StatusBody {
  const body = isObject(answer) ? answer.data : undefined;
  if (isObject(body) && Array.isArray(body.nodes) && typeof body.self === 'string')
    return body as unknown as StatusBody;
  throw new RequestProblem('unreachable', '');
}

/** The same for an answer that is known by its list. */
function bodyWith(list: string, answer: unknown): Record<string, unknown> {
  const body = isObject(answer) ? answer.data : undefined;
  if (isObject(body) && Array.isArray(body[list])) return body;
  throw new RequestProblem('unreachable', '');
}

/** What a promise was rejected with, as the page tells it. */
export function asProblem(error: unknown): RequestProblem {
  return error instanceof RequestProblem ? error : new RequestProblem('unreachable', '');
}

/** What axios rejected with, as the page tells it. */
export function toProblem(error: unknown): RequestProblem {
  // A person did not want to say what the policy asks for.
  if (isObject(error) && error.__CANCEL__ === true) return new RequestProblem('refused', '');
  const response = isObject(error) && isObject(error.response) ? error.response : undefined;
  const kind = KIND_OF_STATUS[Number(response?.status)] ?? 'unreachable';
  return new RequestProblem(kind, sentenceOf(response?.data));
}

const KIND_OF_STATUS: Readonly<Record<number, RequestProblem['kind']>> = {
  400: 'refused',
  401: 'denied',
  403: 'denied',
  404: 'missing',
  409: 'refused',
};

/** NocoBase's two shapes of an error body: `{error: {message}}` and `{errors: [{message}]}`. */
function sentenceOf(body: unknown): string {
  if (!isObject(body)) return '';
  const error: unknown = Array.isArray(body.errors) ? body.errors[0] : body.error;
  return isObject(error) && typeof error.message === 'string' ? error.message : '';
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

const ClusterApiContext = createContext<ClusterApi | undefined>(undefined);
export const ClusterApiProvider = ClusterApiContext.Provider;

export function useClusterApi(): ClusterApi {
  const api = useContext(ClusterApiContext);
  if (!api) throw new Error('The cluster maintenance page was rendered outside its ClusterApiProvider.');
  return api;
}
