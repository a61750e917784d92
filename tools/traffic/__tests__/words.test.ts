import { describe as suite, expect, it } from 'vitest';
import { exampleFor } from '../examples';
import { figuresOf } from '../figures';
import { describe, isBad } from '../report';
import type { Run } from '../runs';
import { compare } from '../stored';
import { readWishes } from '../wishes';

suite('what a user of this tool reads and writes', () => {
  it('takes its wishes, and says in one sentence what it does not understand', () => {
    const works = ['plugins', 'backup', 'nothing', '5x1s', '10s'];
    expect(readWishes([])).toEqual({
      clients: 50,
      rounds: 2,
      ways: ['direct', 'nginx', 'haproxy'],
      works,
      handover: false,
    });
    const args = ['--clients', '5', '--rounds', '1', '--through', 'haproxy', '--through', 'direct', '--work', '10s'];
    expect(readWishes(args)).toEqual({
      clients: 5,
      rounds: 1,
      ways: ['direct', 'haproxy'],
      works: ['10s'],
      handover: false,
    });
    expect(readWishes(['--through', 'nginx', '--handover'])).toMatchObject({ ways: ['nginx'], handover: true });
    expect(() => readWishes(['--handover'])).toThrow('--handover needs --through nginx and no other way.');
    expect(() => readWishes(['--work', 'sleep'])).toThrow(/^There is no work "sleep": --work takes one of plugins, /);
    expect(() => readWishes(['--through', 'traefik'])).toThrow(/^There is no way "traefik": /);
    expect(() => readWishes(['--rounds', '0'])).toThrow('--rounds must be a whole number from 1 to 100, not "0".');
    expect(() => readWishes(['--fast'])).toThrow(/^Not understood: --fast\. Usage: /);
  });

  it('puts the addresses of this machine into the examples, and changes nothing else', () => {
    const nodes = [1001, 1002, 1003];
    const nginx = exampleFor('nginx', { port: 999, nodes });
    expect(nginx).toContain('listen 127.0.0.1:999;');
    expect(nginx.match(/server 127\.0\.0\.1:\d+ max_fails=0;/g)).toHaveLength(3);
    const haproxy = exampleFor('haproxy', { port: 999, nodes });
    expect(haproxy.match(/server node\d 127\.0\.0\.1:\d+/g)).toHaveLength(6);
    expect(haproxy).toContain('/api/clusterMaintenance:ready');
    expect(exampleFor('haproxy', { port: 999, nodes, probe: '/health' })).not.toContain('clusterMaintenance:ready');
    expect(() => exampleFor('nginx', { port: 999, nodes: nodes.slice(1) })).toThrow('names node3:13000');
  });

  it('fails a run with the plugin that has a problem, and shows the manual procedure as it is', () => {
    const figures = figuresOf([], []);
    const stored = compare('r', [], []);
    const bad = {
      way: 'nginx',
      work: '10s',
      clients: 1,
      figures,
      stored,
      problems: ['one is lost'],
      evidence: 'why',
    } as const;
    const runs: Run[] = [
      { ...bad, kind: 'with' },
      { ...bad, kind: 'without' },
    ];
    expect(runs.map(isBad)).toEqual([true, false]);
    const text = describe(runs);
    expect(text.split('\n')[0]).toMatch(/^ +nginx, 10s +nginx, the manual's procedure$/);
    expect(text).toMatch(/nginx, 10s: FAILED\n {2}one is lost\nwhy$/);
  });

  it('puts the times between maintenances beside those without any', () => {
    const sent = (ms: number) =>
      [{ client: 1, number: undefined, began: 0, ended: ms, status: 200, words: '' }] as const;
    const run = (work: 'nothing' | '5x1s', ms: number): Run => ({
      ...{ way: 'nginx', work, kind: 'with', clients: 1, stored: compare('r', [], []), problems: [], evidence: '' },
      figures: figuresOf(sent(ms), []),
    });
    const text = describe([run('nothing', 40), run('5x1s', 50)]);
    expect(text).toContain('nginx: p99 between maintenances / p99 without any: 50 ms / 40 ms = 1.25');
    expect(describe([run('5x1s', 50)])).not.toContain('p99 between');
  });
});
