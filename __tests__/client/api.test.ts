import type { HttpResponse, RequestConfig } from '@nocobase/client-v2';
import { describe, expect, it } from 'vitest';
import { createClusterApi } from '../../src/client-v2/status/api';
import { journal, operation, status } from './fixtures';

/** The host's client, as far as it is used: answers or rejects as axios does. */
function host(outcome: { readonly data?: unknown; readonly error?: unknown }) {
  const sent: RequestConfig[] = [];
  const api = createClusterApi({
    async request<T>(config: RequestConfig) {
      sent.push(config);
      if ('error' in outcome) throw outcome.error;
      return { data: outcome.data, status: 200, headers: {}, config } as HttpResponse<T>;
    },
  });
  return { api, sent, status: () => api.status(new AbortController().signal) };
}

const refused = (code: number, data?: unknown) => host({ error: { response: { status: code, data } } });

describe('a question to the server', () => {
  it('gets the status out of the envelope that NocoBase puts around every answer', async () => {
    const body = status();
    await expect(host({ data: { data: body } }).status()).resolves.toBe(body);
  });

  it('never lets the host show an error of its own or wait longer than 5 s', async () => {
    const { status: ask, sent } = host({ data: { data: status() } });
    await ask();
    expect(sent).toMatchObject([
      { url: 'clusterMaintenance:status', method: 'get', skipNotify: true, timeout: 5_000, signal: expect.anything() },
    ]);
  });

  it.each([
    ['a page of a proxy', '<html>502</html>'],
    ['an empty answer', undefined],
    ['other data', { data: {} }],
  ])('takes %s for no answer', async (_, data) => {
    await expect(host({ data }).status()).rejects.toMatchObject({ kind: 'unreachable', message: '' });
  });

  it.each([
    [401, 'denied'],
    [403, 'denied'],
    [404, 'missing'],
    [409, 'refused'],
    [500, 'unreachable'],
    [503, 'unreachable'],
  ])('says of %i: %s', async (code, kind) => {
    await expect(refused(code).status()).rejects.toMatchObject({ kind });
  });

  it('passes the server’s sentence on, in either shape of an error body', async () => {
    const reloading = refused(503, { error: { message: 'load plugin [users], 45/77', maintaining: true } });
    await expect(reloading.status()).rejects.toMatchObject({ message: 'load plugin [users], 45/77' });
    const forbidden = refused(403, { errors: [{ message: 'No permissions' }] });
    await expect(forbidden.status()).rejects.toMatchObject({ message: 'No permissions' });
  });

  it('survives an error that is none of axios', async () => {
    await expect(host({ error: 'nonsense' }).status()).rejects.toMatchObject({ kind: 'unreachable' });
  });
});

describe('what a person decided', () => {
  const post = { method: 'post', skipNotify: true, timeout: 30_000 };

  it('is sent with what it is about', async () => {
    const { api, sent } = host({ data: { data: {} } });
    await api.cancel({ operationId: 'operation-1' });
    await api.resolve({ operationId: 'operation-1', resolution: 'give-up' });
    await api.declareStopped({ bootId: 'boot-3' });
    expect(sent).toMatchObject([
      { ...post, url: 'clusterMaintenance:cancel', data: { operationId: 'operation-1' } },
      { ...post, url: 'clusterMaintenance:resolve', data: { operationId: 'operation-1', resolution: 'give-up' } },
      { ...post, url: 'clusterMaintenance:declareStopped', data: { bootId: 'boot-3' } },
    ]);
  });

  it('is refused with the server’s sentence', async () => {
    const message = 'Too late: it has begun to change things.';
    const { api } = refused(409, { errors: [{ code: 'MAINTENANCE_REFUSED', message }] });
    await expect(api.cancel({ operationId: 'x' })).rejects.toMatchObject({ kind: 'refused', message });
  });
});

describe('the journal of an operation', () => {
  const ask = ({ api }: ReturnType<typeof host>) => api.operation('operation-1', new AbortController().signal);

  it('is asked for by the id of the operation', async () => {
    const body = { operation: operation(), journal: journal(2) };
    const answering = host({ data: { data: body } });
    await expect(ask(answering)).resolves.toBe(body);
    expect(answering.sent).toMatchObject([
      { url: 'clusterMaintenance:get', method: 'get', params: { filterByTk: 'operation-1' }, skipNotify: true },
    ]);
  });

  it('is not taken from an answer without one', async () => {
    await expect(ask(host({ data: { data: {} } }))).rejects.toMatchObject({ kind: 'unreachable' });
  });
});
