import type { APIClient, RequestConfig } from '@nocobase/client-v2';
import { createContext, useContext } from 'react';
import { RESOURCE, type ResolveBody, type StatusBody } from '../../shared/api';

/** What the page asks of the server. Both reject with a `RequestProblem`. */
export interface ClusterApi {
  status(signal: AbortSignal): Promise<StatusBody>;
  resolve(body: ResolveBody): Promise<void>;
}

/**
 * Why a request failed, in the page's words. `denied`: no permission. `missing`: the node that answered does not
 * run the plugin. `unreachable`: no answer, or the node says that it cannot serve now.
 */
export class RequestProblem extends Error {
  override readonly name = 'RequestProblem';
  constructor(
    readonly kind: 'denied' | 'missing' | 'unreachable',
    /** The server's own sentence; empty when there was none. */
    message: string,
  ) {
    super(message);
  }
}

const STATUS_TIMEOUT_MS = 5_000;
/** The server answers once the operation goes on again, not once it is over. */
const RESOLVE_TIMEOUT_MS = 30_000;

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
  return {
    async status(signal) {
      const url = `${RESOURCE}:status`;
      return readStatus(await send({ url, method: 'get', timeout: STATUS_TIMEOUT_MS, signal }));
    },
    async resolve(body) {
      await send({ url: `${RESOURCE}:resolve`, method: 'post', timeout: RESOLVE_TIMEOUT_MS, data: body });
    },
  };
}

/** NocoBase wraps every answer in `data`. A proxy in between may answer 200 with a page of its own. */
function readStatus(answer: unknown): StatusBody {
  const body = isObject(answer) ? answer.data : undefined;
  if (isObject(body) && Array.isArray(body.nodes) && typeof body.self === 'string')
    return body as unknown as StatusBody;
  throw new RequestProblem('unreachable', '');
}

function toProblem(error: unknown): RequestProblem {
  const response = isObject(error) && isObject(error.response) ? error.response : undefined;
  const kind = KIND_OF_STATUS[Number(response?.status)] ?? 'unreachable';
  return new RequestProblem(kind, sentenceOf(response?.data));
}

const KIND_OF_STATUS: Readonly<Record<number, RequestProblem['kind']>> = {
  401: 'denied',
  403: 'denied',
  404: 'missing',
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
