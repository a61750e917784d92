import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { HttpInstance, HttpResponse, RequestConfig } from '@nocobase/client-v2';

const PACKAGE = join('.host', 'base', 'node_modules', 'axios');
/** The host's own axios is what every request of the app goes through. */
export const HAS_AXIOS = existsSync(PACKAGE);

export interface Sent extends RequestConfig {
  readonly headers: Record<string, string>;
}

/** What a node answers; the body is what it sends, not what is made of it. */
export interface Answered {
  readonly status: number;
  readonly data: unknown;
}

type RequestHandler = (config: Sent) => Sent;

export interface AxiosInstance extends HttpInstance {
  request(config: RequestConfig): Promise<HttpResponse>;
  readonly interceptors: {
    readonly request: { use(handler: RequestHandler): number };
    readonly response: {
      readonly handlers: NonNullable<NonNullable<HttpInstance['interceptors']>['response']['handlers']>;
      use(fulfilled: (response: HttpResponse) => unknown, rejected: (error: unknown) => unknown): number;
    };
  };
}

interface Axios {
  create(defaults: object): AxiosInstance;
  readonly AxiosError: new (...parts: readonly unknown[]) => Error;
}

/** An instance whose requests are answered by the test, as a browser's adapter would answer them. */
export function axiosAnsweredBy(answer: (sent: Sent) => Answered | Promise<Answered>): AxiosInstance {
  const axios = createRequire(import.meta.url)(join(process.cwd(), PACKAGE)) as Axios;
  const adapter = async (config: Sent) => {
    const { status, data } = await answer(config);
    const response = { status, data, headers: {}, config, request: {} };
    if (status < 400) return response;
    throw new axios.AxiosError(`Request failed with status code ${status}`, 'ERR', config, {}, response);
  };
  return axios.create({ adapter, baseURL: 'http://node.invalid/api/' });
}
