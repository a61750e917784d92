import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DEFAULT_POLICY } from '../../src/server/core/policy/defaults';
import type { AnnouncedBody, Announcement } from '../../src/shared/announcements';
import type { QueuedAction } from '../../src/shared/policy-api';
import { request, type Answer, type Api, type Cluster } from '../../tools/cluster';
import { auditOf, dataOf, userWith } from './approvals-support';
import { asked, ENABLE, PRODUCTION, setPolicy } from './policy-support';
import { eventually, installedDatabase, MINUTE, servingCluster, tellStoryOnFailure } from './support';
import { webhookReceiver, type Receiver } from './webhook';

const SAMPLES = [{ name: 'announced-one', version: '1.0.0', text: 'here' }];
/** Nodes look at the database anew after some seconds. */
const SOON = 15_000;

describe('announcements on two nodes', () => {
  let cluster: Cluster;
  let root: Api;
  let member: Api;
  let hook: Receiver;

  beforeAll(async () => {
    hook = await webhookReceiver(0);
    const env = { ...PRODUCTION, CLUSTER_MAINTENANCE_WEBHOOK_URL: hook.url };
    const options = { database: await installedDatabase(), nodes: 2, env, samples: SAMPLES };
    ({ cluster, api: root } = await servingCluster(options));
    member = await userWith(cluster, root, 'mia', ['member']);
  });
  beforeEach(() => tellStoryOnFailure(() => cluster));
  afterAll(async () => {
    await cluster?.stopAll();
    await hook?.stop();
  });

  const at = (api: Api, index: number) => api.at(cluster.node(index).url);
  const announce = (api: Api, body: object) => api.post('clusterMaintenance:announce', body);
  const withdraw = (api: Api, id: string) => api.post('clusterMaintenance:withdrawAnnouncement', { id });
  const told = async (api: Api) => dataOf<AnnouncedBody>(await api.get('clusterMaintenance:announced')).announcements;
  const inMinutes = (minutes: number) => Date.now() + minutes * MINUTE;
  const sentence = ({ body }: Answer) => (body as { errors?: { message: string }[] }).errors?.[0]?.message;
  const isTold = (index: number, what: string, fits: (all: readonly Announcement[]) => boolean) =>
    eventually(cluster, `node ${index} does not say that ${what}`, SOON, async () =>
      fits(await told(at(member, index))),
    );

  it('are read by every member on every node, and by nobody else', async () => {
    const made = dataOf<Announcement>(
      await announce(root, { startsAt: inMinutes(12), minutes: 20, message: '<b>Save</b>' }),
    );
    expect(made).toMatchObject({ announcedBy: 'Super Admin', message: '<b>Save</b>', revision: 1 });
    const { announcedBy: _by, ...seen } = made;
    await isTold(1, 'it is announced', (all) => JSON.stringify(all) === JSON.stringify([seen]));
    expect(await told(member)).toEqual([seen]);
    expect(await told(at(root, 1))).toEqual([made]);
    expect((await request(cluster.node(0).url, 'clusterMaintenance:announced')).status).toBe(401);
    await eventually(cluster, 'The webhook is not told', MINUTE, () =>
      hook.calls.some(({ news }) => news.event === 'announced' && news.text.endsWith('about 20 min long: <b>Save</b>')),
    );
  });

  it('are written by no member', async () => {
    const [{ id = '' } = {}] = await told(member);
    expect((await announce(member, { startsAt: inMinutes(1), minutes: 5 })).status).toBe(403);
    expect((await announce(member, { id, startsAt: inMinutes(1), minutes: 5 })).status).toBe(403);
    expect((await withdraw(member, id)).status).toBe(403);
    expect(await told(member)).toHaveLength(1);
  });

  it('are refused with one sentence when they make no sense', async () => {
    const over = await announce(root, { startsAt: inMinutes(-30), minutes: 20 });
    expect([over.status, sentence(over)]).toEqual([
      400,
      'This maintenance would be over already: its end is in the past.',
    ]);
    expect((await announce(root, { startsAt: inMinutes(5), minutes: 5, message: 'x'.repeat(501) })).status).toBe(400);
  });

  it('are changed on one node and withdrawn on the other', async () => {
    const [{ id = '' } = {}] = await told(root);
    dataOf(await announce(at(root, 1), { id, startsAt: inMinutes(30), minutes: 5, message: 'Later.' }));
    await isTold(0, 'it was changed', ([one]) => one?.message === 'Later.' && one.revision === 2);
    dataOf(await withdraw(root, id));
    await isTold(1, 'it was withdrawn', (all) => all.length === 0);
    expect((await withdraw(root, id)).status).toBe(404);
    const entries = await auditOf(root, 'clusterMaintenance:announce');
    expect(entries.filter(({ decision }) => decision === 'allow').map(({ person }) => person)).toEqual([
      'Super Admin',
      'Super Admin',
    ]);
  });

  it('end by themselves', async () => {
    dataOf(await announce(root, { startsAt: Date.now() - MINUTE + 10_000, minutes: 1 }));
    expect(await told(member)).toHaveLength(1);
    await isTold(0, 'it is over', (all) => all.length === 0);
  });

  it('are made, seen and withdrawn at a shell', async () => {
    const run = async (...words: string[]) => {
      const { code, output } = await cluster.runCli(['maintenance', ...words, '--json']);
      // The host's own log may be lines of JSON, too.
      const line = output.split('\n').find((text) => /^\{("ok"|"now"|"announcements")/.test(text));
      if (line === undefined) throw new Error(output);
      return { code, json: JSON.parse(line) as Record<string, unknown> };
    };
    const made = await run('announce', '--in', '90', '--minutes', '20', '--message', 'From a shell');
    expect(made).toMatchObject({ code: 0, json: { ok: true, announcement: { message: 'From a shell' } } });
    await isTold(1, 'a shell has announced it', ([one]) => one?.message === 'From a shell');
    const { id } = made.json.announcement as Announcement;
    expect(await run('announcements')).toMatchObject({ code: 0, json: { announcements: [{ id }] } });
    expect(await run('announce', '--in', '5')).toMatchObject({ code: 1, json: { ok: false } });
    expect(await run('withdraw-announcement', id)).toMatchObject({ code: 0, json: { ok: true } });
    await isTold(0, 'a shell has withdrawn it', (all) => all.length === 0);
  });

  it('come by themselves with what waits for a window, and go with it', async () => {
    const from = inMinutes(60);
    const calendar = { ...DEFAULT_POLICY.calendar, once: [{ from, to: from + 60 * MINUTE }] };
    const inWindows = { group: 'plugins', demand: 'reason', inWindows: true } as const;
    await setPolicy(root, { rules: [...DEFAULT_POLICY.rules, inWindows], calendar });
    const { confirm } = asked(await root.post(`${ENABLE}announced-one`));
    const { id } = dataOf<QueuedAction>(await root.post('clusterMaintenance:queue', { confirm, reason: 'at night' }));
    await isTold(1, 'it waits', ([one]) => one?.startsAt === from && one.queued);
    dataOf(await root.post('clusterMaintenance:withdrawQueued', { id }));
    await isTold(1, 'it waits no more', (all) => all.length === 0);
  });
});
