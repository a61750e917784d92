import type { IncomingMessage, ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { firstWrong } from '../../src/server/app/own-checks';
import { systemClock } from '../../src/server/core/clock';

const asked: string[] = [];

function app({ url = '' }: IncomingMessage, res: ServerResponse): void {
  asked.push(url);
  if (url === '/api/breaks') return void res.destroy(new Error('broken'));
  res.statusCode = url === '/api/secret' ? 401 : 200;
  res.end('{}');
}

describe('the own checks of an operator', () => {
  it('are content when every path answers with its status', async () => {
    const checks = [
      { path: '/api/fine', status: 200 },
      { path: '/api/secret', status: 401 },
    ];
    expect(await firstWrong(checks, app, systemClock)).toBeUndefined();
  });

  it('name the first path that does not, and ask no further', async () => {
    asked.length = 0;
    const checks = ['/api/fine', '/api/secret', '/api/later'].map((path) => ({ path, status: 200 }));
    expect(await firstWrong(checks, app, systemClock)).toBe('/api/secret answered 401 instead of 200.');
    expect(asked).toEqual(['/api/fine', '/api/secret']);
  });

  it('take an app that does not answer for a wrong answer', async () => {
    const wrong = await firstWrong([{ path: '/api/breaks', status: 200 }], app, systemClock);
    expect(wrong).toMatch(/^\/api\/breaks answered nothing \(.*\) instead of 200\.$/);
  });
});
