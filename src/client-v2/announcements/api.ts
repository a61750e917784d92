import type { APIClient, RequestConfig } from '@nocobase/client-v2';
import { RESOURCE } from '../../shared/api';
import type { AnnounceBody, AnnouncedBody } from '../../shared/announcements';
import { RequestProblem, toProblem } from '../status/api';
import { isAnnounced } from './watch';

/** All reject with a `RequestProblem`. */
export interface AnnouncementApi {
  /** For everybody who has signed in. */
  announced(signal: AbortSignal): Promise<AnnouncedBody>;
  announce(body: AnnounceBody): Promise<void>;
  withdraw(id: string): Promise<void>;
}

const TIMEOUT_MS = 15_000;

/** The host must not react to a failure: nobody who works has asked for this. */
export function createAnnouncementApi(http: Pick<APIClient, 'request'>): AnnouncementApi {
  const send = async (action: string, config: Partial<RequestConfig>): Promise<unknown> => {
    const url = `${RESOURCE}:${action}`;
    try {
      return (await http.request<{ data?: unknown }>({ url, timeout: TIMEOUT_MS, skipNotify: true, ...config })).data;
    } catch (error) {
      throw toProblem(error);
    }
  };
  const decide = async (action: string, data: object) => void (await send(action, { method: 'post', data }));
  return {
    announced: async (signal) => {
      const answer = (await send('announced', { method: 'get', signal, skipAuth: true })) as { data?: unknown };
      // A proxy in between may answer 200 with a page of its own.
      if (isAnnounced(answer.data)) return answer.data;
      throw new RequestProblem('unreachable', '');
    },
    announce: (body) => decide('announce', body),
    withdraw: (id) => decide('withdrawAnnouncement', { id }),
  };
}
