import type { IncomingMessage } from 'node:http';
import { beforeEach, describe, expect, it } from 'vitest';
import { AppRouter, type Address } from '../../src/server/app/app-router';
import { ManualClock } from '../memory/manual-clock';

describe('which app of a process a request is for', () => {
  let clock: ManualClock;
  let asked: Address[];
  let answer: string;
  let router: AppRouter;

  beforeEach(() => {
    clock = new ManualClock();
    asked = [];
    answer = 'shop';
    router = new AppRouter(clock, (req) => {
      asked.push({ ...req });
      return answer === '' ? Promise.reject(new Error('no database')) : Promise.resolve(answer);
    });
  });

  const ask = (url: string, headers: Record<string, string> = { host: 'a.example' }) =>
    router.appOf({ url, headers } as unknown as IncomingMessage);

  it('is the main app, without asking anybody, as long as there is no other', async () => {
    expect(await ask('/api/__app/shop/users:list')).toBe('main');
    expect(asked).toEqual([]);
  });

  it('is the main app where the other one has not begun', async () => {
    router.add('blog');
    expect(await ask('/api/__app/shop/users:list')).toBe('main');
  });

  it('is what the host says, and its address stays what it was', async () => {
    router.add('shop');
    const req = { url: '/api/__app/shop/users:list', headers: {} } as unknown as IncomingMessage;
    expect(await router.appOf(req)).toBe('shop');
    expect(req.url).toBe('/api/__app/shop/users:list');
  });

  it('is asked for by host name once in a while, because the host asks its database', async () => {
    router.add('shop');
    expect([await ask('/api/users:list'), await ask('/api/posts:list')]).toEqual(['shop', 'shop']);
    expect(asked).toHaveLength(1);
    answer = 'main';
    clock.pass(5_001);
    expect(await ask('/api/users:list')).toBe('main');
    expect(await ask('/api/users:list', { host: 'b.example' })).toBe('main');
    expect(asked).toHaveLength(3);
  });

  it('is asked for each time where the request names it', async () => {
    router.add('shop');
    await ask('/api/users:list', { host: 'a.example', 'x-app': 'shop' });
    answer = 'main';
    expect(await ask('/api/users:list', { host: 'a.example', 'x-app': 'main' })).toBe('main');
    expect(await ask('/api/users:list?__appName=main')).toBe('main');
    expect(asked).toHaveLength(3);
  });

  it('is the main app when the host cannot say', async () => {
    router.add('shop');
    answer = '';
    expect(await ask('/api/users:list')).toBe('main');
  });
});
