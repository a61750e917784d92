import type { HttpResponse, RequestConfig } from '@nocobase/client-v2';
import { describe, expect, it } from 'vitest';
import { createClusterApi } from '../../src/client-v2/status/api';
import { status } from './fixtures';

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

describe('resolving a held operation', () => {
  it('sends operation and resolution', async () => {
    const { api, sent } = host({ data: { data: {} } });
    await api.resolve({ operationId: 'operation-1', resolution: 'resume' });
    expect(sent).toMatchObject([
      {
        url: 'clusterMaintenance:resolve',
        method: 'post',
        data: { operationId: 'operation-1', resolution: 'resume' },
        skipNotify: true,
      },
    ]);
  });

  it('rejects with the reason of the refusal', async () => {
    const { api } = refused(409, { errors: [{ message: 'It is not held any more.' }] });
    await expect(api.resolve({ operationId: 'x', resolution: 'resume' })).rejects.toMatchObject({
      message: 'It is not held any more.',
    });
  });
});
