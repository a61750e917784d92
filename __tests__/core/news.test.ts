import { describe, expect, it } from 'vitest';
import { driftNews, glassNews, newsOf, WAITS_LONG } from '../../src/server/core/news';
import { readNewsSettings } from '../../src/server/core/news-settings';
import { operation } from './records';

const NOW = 1_700_000_100_000;
const tell = (changes: Parameters<typeof operation>[0], phaseFor = 0) => newsOf(operation(changes), phaseFor, NOW);

describe('news of an operation', () => {
  it('begins with who leads it, for whom', () => {
    const { id } = operation({});
    expect(tell({ phase: 'draining' })).toMatchObject({
      id: `${id}:started`,
      event: 'started',
      title: 'pm.enable departments: started',
      text: expect.stringMatching(/^node 1 leads, for /),
    });
    expect(tell({ phase: 'reloading' })?.id).toBe(tell({ phase: 'draining' })?.id);
  });

  it('says once in each phase that it lasts, and whom it waits for', () => {
    const late = tell({ phase: 'draining', waitingFor: ['node 2: GET orders:list'] }, WAITS_LONG);
    expect(late).toMatchObject({ event: 'waiting', text: expect.stringContaining('node 2: GET orders:list') });
    expect(tell({ phase: 'draining' }, WAITS_LONG * 2)?.id).toBe(late?.id);
    expect(tell({ phase: 'reloading' }, WAITS_LONG)?.id).not.toBe(late?.id);
  });

  it('says what a held one waits for: a person', () => {
    const held = tell({ phase: 'held', changed: true, reason: 'node 1 disappeared.' }, WAITS_LONG);
    expect(held).toMatchObject({ event: 'held', text: expect.stringMatching(/^node 1 disappeared\. Look at it/) });
  });

  it.each([
    ['done', 'finished'],
    ['degraded', 'finished'],
    ['failed', 'failed'],
    ['aborted', 'failed'],
  ] as const)('that ended %s is %s', (result, event) => {
    expect(tell({ phase: 'idle', result, endedAt: NOW - 1 })).toMatchObject({ event, operation: { result } });
  });

  it('is none when it ended long ago, as for a node that starts', () => {
    expect(tell({ phase: 'idle', result: 'done', endedAt: NOW - 3_600_000 })).toBeUndefined();
  });

  it('of backups is only that one failed, and a manual maintenance may last', () => {
    expect(tell({ kind: 'backup', phase: 'working' })).toBeUndefined();
    expect(tell({ kind: 'backup', phase: 'idle', result: 'done', endedAt: NOW })).toBeUndefined();
    expect(tell({ kind: 'backup', phase: 'idle', result: 'failed', endedAt: NOW })?.event).toBe('failed');
    const maintenance = { enteredBy: 'user 1', expiresInSeconds: 60, message: '' } as never;
    expect(tell({ kind: 'maintenance', phase: 'working', maintenance }, WAITS_LONG)?.event).toBe('started');
  });

  it('of broken glass says who, why and until when', () => {
    const news = glassNews({ id: 'g', by: 'Ada', reason: 'The disk is full.', until: NOW }, NOW);
    expect(news).toMatchObject({ id: 'glass:g', event: 'break-glass', title: 'Ada broke the glass' });
    expect(news.text).toBe(`Ada has set the policy aside until ${new Date(NOW).toISOString()}: The disk is full.`);
  });

  it('of drift is one for each node and what it runs', () => {
    const node = { bootId: 'b', name: 'node 2', fingerprint: 'f1' };
    expect(driftNews(node, NOW).id).toBe(driftNews(node, NOW + 1).id);
    expect(driftNews({ ...node, fingerprint: 'f2' }, NOW).id).not.toBe(driftNews(node, NOW).id);
  });
});

describe('settings of notifications', () => {
  const read = (env: Record<string, string>) => {
    const problems: string[] = [];
    return { settings: readNewsSettings(env, problems), problems };
  };

  it('are nothing by default, and everything once there is a place', () => {
    expect(read({}).settings).toMatchObject({ events: expect.arrayContaining(['held', 'drift']) });
    expect(read({}).settings.webhook).toBeUndefined();
    const env = { CLUSTER_MAINTENANCE_WEBHOOK_URL: 'https://ops/hook', CLUSTER_MAINTENANCE_WEBHOOK_SECRET: 's' };
    expect(read(env).settings.webhook).toEqual({ url: 'https://ops/hook', secret: 's' });
  });

  it('refuse other events and addresses in one sentence each, without the address', () => {
    const { problems } = read({
      CLUSTER_MAINTENANCE_WEBHOOK_URL: 'ftp://secret-token@x',
      CLUSTER_MAINTENANCE_NOTIFY_EVENTS: 'held, nothing',
    });
    expect(problems).toHaveLength(2);
    expect(problems.join(' ')).toMatch(/has "nothing"/);
    expect(problems.join(' ')).not.toContain('secret-token');
  });
});
