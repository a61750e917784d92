import { ERROR_CODES } from '../../src/shared/api';
import { POLICY_HEADERS, type ApprovalRequest } from '../../src/shared/policy-api';
import { ASKED, confirming, send, short, type Attempt } from './policy-attempts';
import type { Sender } from './policy-attempts-http';

/** Needs a second admin; when it is let through it refuses by itself, so that it shows whether an approval still counts. */
const DISABLE = 'pm:disable?filterByTk=nobody-has-this';
/** The rule by which that is so. */
export const BY_TWO = { action: 'pm:disable', demand: 'approval' } as const;
const PASSED = `400 ${ERROR_CODES.invalid}`;
const REFUSED = `409 ${ERROR_CODES.refused}`;
const HOUR = 3_600_000;

export interface People {
  /** Asks. */
  readonly one: Sender;
  /** Another admin. */
  readonly other: Sender;
  readonly member: Sender;
  /** Address of another node. */
  readonly elsewhere: string;
}

interface Use {
  readonly path?: string;
  readonly by?: Sender;
  readonly at?: string;
  readonly body?: object;
}

/** A second admin who is the first one, who has approved something else, or whose word is used again. */
export function byApproval(people: People): readonly Attempt[] {
  const { one, other, member } = people;
  const row = (what: string, act: () => Promise<string>, expected: string): Attempt => {
    return { way: 'approval', what, send: act, expected };
  };
  const request = (path = DISABLE) => requested(one, path);
  const use = async (id: string, { path = DISABLE, by, at, body }: Use = {}) => {
    const { url, token } = by ?? one;
    return short(await send(at ?? url, { path, token, headers: { [POLICY_HEADERS.approval]: id }, body }));
  };
  const approved = async (more: object = {}) => {
    const id = await request();
    await decide(other, 'approve', { id, ...more });
    return id;
  };
  return [
    row('none', async () => short(await send(one.url, { path: DISABLE, token: one.token })), ASKED),
    row('a confirmation with a reason instead', () => confirmedAlone(one), ASKED),
    row('made up', () => use('00000000-0000-4000-8000-000000000000'), ASKED),
    row('not decided yet', async () => use(await request()), ASKED),
    row('by oneself', async () => decide(one, 'approve', { id: await request() }), REFUSED),
    row('by a member', async () => decide(member, 'approve', { id: await request() }), '403'),
    row('rejected', async () => use(await rejected(other, await request())), ASKED),
    row(
      'rejected, then approved',
      async () => decide(other, 'approve', { id: await rejected(other, await request()) }),
      REFUSED,
    ),
    row('taken back', async () => use(await withdrawn(one, await request())), ASKED),
    row('asked for with a confirmation of another person', () => stolen(one, other), REFUSED),
    row('asked for with a made-up confirmation', () => ask(one, 'a.b.c'), REFUSED),
    row('used by another person', async () => use(await approved(), { by: other }), ASKED),
    row('used for another plugin', async () => use(await approved(), { path: `${DISABLE}-else` }), ASKED),
    row('used for one more plugin', async () => use(await approved(), { path: `${DISABLE},map` }), ASKED),
    row('used with another body', async () => use(await approved(), { body: { filterByTk: 'map' } }), ASKED),
    row('used for another action', async () => use(await approved(), { path: DISABLE.replace('dis', 'en') }), ASKED),
    row('used before its time', async () => use(await approved({ notBefore: Date.now() + HOUR })), ASKED),
    row(
      'approved for a time that is over',
      async () => {
        return decide(other, 'approve', { id: await request(), notAfter: Date.now() - HOUR });
      },
      PASSED,
    ),
    row(
      'used for the second time',
      async () => {
        const id = await approved();
        return `${await use(id)}, ${await use(id)}`;
      },
      `${PASSED}, ${ASKED}`,
    ),
    row(
      'used for the second time, at another node',
      async () => {
        const id = await approved();
        return `${await use(id)}, ${await use(id, { at: people.elsewhere })}`;
      },
      `${PASSED}, ${ASKED}`,
    ),
    row(
      'used by many at the same moment',
      async () => {
        const id = await approved();
        const nodes = Array.from({ length: 10 }, (_, at) => (at % 2 === 0 ? one.url : people.elsewhere));
        const answers = await Promise.all(nodes.map((at) => use(id, { at })));
        const others = answers.filter((answer) => answer !== PASSED && answer !== ASKED);
        return [`${answers.filter((answer) => answer === PASSED).length} of 10 passed`, ...others].join(', ');
      },
      '1 of 10 passed',
    ),
  ];
}

async function askedFor({ url, token }: Sender, path: string): Promise<string> {
  return (await send(url, { path, token })).prospect?.confirm ?? '';
}

async function confirmedAlone(by: Sender): Promise<string> {
  const headers = confirming(await askedFor(by, DISABLE));
  return short(await send(by.url, { path: DISABLE, token: by.token, headers }));
}

async function requested(by: Sender, path: string): Promise<string> {
  const body = { confirm: await askedFor(by, path), reason: 'It has to be.' };
  const answer = await send(by.url, { path: 'clusterMaintenance:requestApproval', token: by.token, body });
  const { data } = answer.body as { data?: ApprovalRequest };
  return data?.id ?? `${short(answer)} ${JSON.stringify(answer.body)}`;
}

async function ask({ url, token }: Sender, confirm: string): Promise<string> {
  const body = { confirm, reason: 'It has to be.' };
  return short(await send(url, { path: 'clusterMaintenance:requestApproval', token, body }));
}

async function stolen(one: Sender, other: Sender): Promise<string> {
  return ask(other, await askedFor(one, DISABLE));
}

async function decide({ url, token }: Sender, word: 'approve' | 'reject', body: object): Promise<string> {
  return short(await send(url, { path: `clusterMaintenance:${word}`, token, body }));
}

async function rejected(by: Sender, id: string): Promise<string> {
  await decide(by, 'reject', { id });
  return id;
}

async function withdrawn({ url, token }: Sender, id: string): Promise<string> {
  await send(url, { path: 'clusterMaintenance:withdrawApproval', token, body: { id } });
  return id;
}
