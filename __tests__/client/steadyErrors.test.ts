import type { HttpInstance, ResponseTransformer } from '@nocobase/client-v2';
import { describe, expect, it } from 'vitest';
import { keepErrorsSteady } from '../../src/client-v2/host/steadyErrors';

/** What the host's client makes of a body: its own transformers, then ours. */
function receive() {
  const http: HttpInstance = { defaults: { transformResponse: [(data) => JSON.parse(String(data)) as unknown] } };
  keepErrorsSteady(http);
  const transformers = http.defaults.transformResponse as ResponseTransformer[];
  return (body: unknown) =>
    transformers.reduce((data, transform) => transform(data), JSON.stringify(body) as unknown) as { error?: object };
}

const refusal = (message: string) => ({
  error: { status: 503, maintaining: true, code: 'CLUSTER_MAINTENANCE', message },
});

describe('refusals of a drained node', () => {
  it('bring the host the same object as long as they say the same, so that it does not draw everything anew', () => {
    const read = receive();
    const first = read(refusal('node-1 runs pm.enable.'));
    expect(first).toEqual(refusal('node-1 runs pm.enable.'));
    expect(read(refusal('node-1 runs pm.enable.')).error).toBe(first.error);
  });

  it('bring it news as news', () => {
    const read = receive();
    const first = read(refusal('node-1 runs pm.enable.'));
    expect(read(refusal('node-2 runs pm.disable.'))).toEqual(refusal('node-2 runs pm.disable.'));
    expect(read(refusal('node-1 runs pm.enable.')).error).not.toBe(first.error);
  });

  it('bring it another end as news, but not what a clock would say', () => {
    const read = receive();
    const told = (expectedInSeconds: number) => {
      const { error } = refusal('node-1 runs pm.enable.');
      return read({ error: { ...error, expectedInSeconds } }).error;
    };
    const first = told(40);
    expect(told(38)).toBe(first);
    expect(told(0)).toBe(first);
    const later = told(90);
    expect(later).not.toBe(first);
    expect(later).toMatchObject({ expectedInSeconds: 90 });
  });

  it.each([[{ data: { id: 1 } }], [{ error: { code: 'APP_COMMANDING', message: 'x' } }], [null], [[1]]])(
    'leave %j alone',
    (body) => {
      expect(receive()(body)).toEqual(body);
    },
  );
});
