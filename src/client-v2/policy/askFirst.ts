import type { APIClient, HttpResponse, RequestConfig } from '@nocobase/client-v2';
import { POLICY_HEADERS } from '../../shared/policy-api';
import type { Given, Questions } from './questions';
import { isRefused, refusalOf, type RefusedRequest } from './refusal';

type Http = Pick<APIClient, 'axios' | 'auth'>;

/** What the plugin asks about the policy itself: a question about a question would wait for ever. */
export interface OwnRequestConfig extends RequestConfig {
  readonly asksNobody?: boolean;
}

/**
 * Any request of the app that the policy refuses: a person is asked, the same request is sent again with what was given,
 * and its answer goes to whoever asked, as if nothing had been between. It comes before all interceptors of the host, or
 * those would tell of an error that is none yet.
 */
export function askFirst(http: Http, questions: Questions): void {
  const handlers = http.axios.interceptors?.response.handlers;
  // Another version of the host may look different inside, and then a refusal is an error like others.
  if (!Array.isArray(handlers) || !http.axios.create) return;
  handlers.unshift({ fulfilled: (response) => response, rejected: (error) => settle(http, questions, error) });
}

async function settle(http: Http, questions: Questions, error: unknown): Promise<HttpResponse> {
  if (!isRefused(error) || (error.config as OwnRequestConfig).asksNobody) throw error;
  const send = senderOf(http, error.config);
  let refused: RefusedRequest = error;
  let before: Given | undefined;
  for (;;) {
    const refusal = await refusalOf(refused);
    const asked = refusal && questions.ask({ refusal, request: error.config, before });
    if (!asked) throw refused;
    const answer = await asked;
    if (answer.kind === 'left') throw quiet(error.config);
    before = answer.given;
    const attempt = await send(headersOf(refusal.prospect.confirm, before));
    if ('response' in attempt) return attempt.response;
    if (!isRefused(attempt.error)) throw attempt.error;
    refused = attempt.error;
  }
}

type Attempt = { readonly response: HttpResponse } | { readonly error: unknown };
type Headers = Readonly<Record<string, string>>;

/**
 * Sends the request once more, past the interceptors: they have prepared it already, and see its answer when it goes back to
 * whoever asked. The token may have been renewed while a person was reading.
 */
function senderOf({ axios, auth }: Http, config: RequestConfig): (headers: Headers) => Promise<Attempt> {
  const bearer = () => `Bearer ${auth.token}`;
  const usesToken = config.headers?.Authorization === bearer();
  return async (more) => {
    const headers = { ...config.headers, ...(usesToken ? { Authorization: bearer() } : {}), ...more };
    try {
      const bare = axios.create?.();
      if (!bare) throw new Error('The request cannot be sent again.');
      return { response: await bare.request({ ...config, headers }) };
    } catch (error) {
      return { error };
    }
  };
}

/** Headers take only Latin letters, so what a person typed is percent-encoded. */
export function headersOf(confirm: string | undefined, { reason, name, approval }: Given): Headers {
  const all = {
    [POLICY_HEADERS.confirm]: confirm,
    [POLICY_HEADERS.reason]: reason === '' ? undefined : encodeURIComponent(reason),
    [POLICY_HEADERS.name]: name === undefined ? undefined : encodeURIComponent(name),
    [POLICY_HEADERS.approval]: approval,
  };
  return Object.fromEntries(Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined));
}

/** A person said no, and knows: nobody has to be told. It looks like a request that was cancelled by its caller. */
function quiet(config: RequestConfig): Error {
  const error = new Error('canceled');
  return Object.assign(error, {
    name: 'CanceledError',
    code: 'ERR_CANCELED',
    __CANCEL__: true,
    config: { ...config, skipNotify: true },
  });
}
