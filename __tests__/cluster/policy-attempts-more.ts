import { ERROR_CODES } from '../../src/shared/api';
import type { Api } from '../../tools/cluster';
import { ASKED, confirming, DENIED, send, short, type Attempt } from './policy-attempts';
import { POSTS, VICTIM, type Sender } from './policy-attempts-http';

const ENABLE = `pm:enable?filterByTk=${VICTIM}`;
/** Allowed when it is confirmed, and then refused by itself: so it shows whether a confirmation still counts. */
const EMPTY = 'pm:enable?filterByTk=nobody-has-this';
const PASSED = `400 ${ERROR_CODES.invalid}`;

/** What an answer that asks has given out, used for something else, by somebody else, or again. */
export function byConfirmation(sender: Sender, other: string, elsewhere: string): readonly Attempt[] {
  const { url, token } = sender;
  const way = 'confirmation';
  const ask = async (path: string, by = token) => (await send(url, { path, token: by })).prospect?.confirm ?? '';
  const row = (what: string, act: () => Promise<string>, expected: string): Attempt => ({
    way,
    what,
    send: act,
    expected,
  });
  const again = async (path: string, headers: Record<string, string>, by = token, body?: unknown) =>
    short(await send(url, { path, token: by, headers, body }));
  return [
    row('made up', () => again(ENABLE, confirming('a.b.c')), ASKED),
    row('empty', () => again(ENABLE, confirming('')), ASKED),
    row('without a reason', async () => again(ENABLE, confirming(await ask(ENABLE), '')), ASKED),
    row('with spaces for a reason', async () => again(ENABLE, confirming(await ask(ENABLE), '   ')), ASKED),
    row('a reason alone', () => again(ENABLE, { 'x-maintenance-reason': 'because' }), ASKED),
    row('in the query', async () => again(`${ENABLE}&confirm=${await ask(ENABLE)}&reason=x`, {}), ASKED),
    row('for another plugin', async () => again(ENABLE, confirming(await ask(EMPTY))), ASKED),
    row(
      'for another action',
      async () => again(ENABLE, confirming(await ask(ENABLE.replace('enable', 'disable')))),
      ASKED,
    ),
    row('with another body', async () => again(ENABLE, confirming(await ask(ENABLE)), token, { force: true }), ASKED),
    row(
      'with one more parameter',
      async () => again(`${ENABLE}&awaitResponse=true`, confirming(await ask(ENABLE))),
      ASKED,
    ),
    row('for a list of the name', async () => again(ENABLE.replace('=', '[]='), confirming(await ask(ENABLE))), ASKED),
    row('of another person', async () => again(ENABLE, confirming(await ask(ENABLE, other))), ASKED),
    row('given to another person', async () => again(ENABLE, confirming(await ask(ENABLE)), other), ASKED),
    row('with a later end', async () => again(ENABLE, confirming(later(await ask(ENABLE)))), ASKED),
    row('with a letter changed', async () => again(ENABLE, confirming(changed(await ask(ENABLE)))), ASKED),
    row('with more behind it', async () => again(ENABLE, confirming(`${await ask(ENABLE)}.x`)), ASKED),
    row('two at once', async () => again(ENABLE, confirming(`${await ask(ENABLE)}, ${await ask(ENABLE)}`)), ASKED),
    row('for what is denied', () => again('applicationPlugins:destroy?filterByTk=1', confirming('a.b.c')), DENIED),
    row('without the name that has to be typed', async () => removal(again, ask), ASKED),
    row('with another name typed', async () => removal(again, ask, 'something-else'), ASKED),
    row('used for the second time', async () => twice(sender, url, await ask(EMPTY)), `${PASSED}, ${ASKED}`),
    row('used again at another node', async () => twice(sender, elsewhere, await ask(EMPTY)), `${PASSED}, ${ASKED}`),
    row('used by many at the same moment', async () => together(sender, elsewhere, await ask(EMPTY)), `1 of 10 passed`),
  ];
}

type Again = (path: string, headers: Record<string, string>) => Promise<string>;

async function removal(again: Again, ask: (path: string) => Promise<string>, name?: string): Promise<string> {
  const path = `pm:remove?filterByTk=${VICTIM}`;
  return again(path, confirming(await ask(path), 'It has to be.', name));
}

async function twice({ url, token }: Sender, second: string, confirm: string): Promise<string> {
  const request = { path: EMPTY, token, headers: confirming(confirm) };
  return `${short(await send(url, request))}, ${short(await send(second, request))}`;
}

async function together({ url, token }: Sender, elsewhere: string, confirm: string): Promise<string> {
  const request = { path: EMPTY, token, headers: confirming(confirm) };
  const nodes = Array.from({ length: 10 }, (_, at) => (at % 2 === 0 ? url : elsewhere));
  const answers = (await Promise.all(nodes.map((node) => send(node, request)))).map(short);
  const others = answers.filter((answer) => answer !== PASSED && answer !== ASKED);
  const passed = answers.filter((answer) => answer === PASSED).length;
  return [`${passed} of ${answers.length} passed`, ...others].join(', ');
}

/** The moment at which it ends is its first part. */
function later(confirm: string): string {
  const [time = '', ...rest] = confirm.split('.');
  return [(parseInt(time, 36) + 60_000).toString(36), ...rest].join('.');
}

function changed(confirm: string): string {
  const last = confirm.at(-3) === 'A' ? 'B' : 'A';
  return `${confirm.slice(0, -3)}${last}${confirm.slice(-2)}`;
}

/** Tools of language models call the app without the gateway. */
export function byTools({ url, token }: Sender): readonly Attempt[] {
  const tool = (what: string, name: string, args: object, expected: string): Attempt => ({
    way: 'tool of a language model',
    what,
    send: () => callTool(url, token, name, args),
    expected,
  });
  const of = (resource: string, more: object = {}) => ({ resource, ...more });
  const filter = { name: VICTIM };
  const values = { enabled: true };
  return [
    tool('rows of plugins', 'resource_update', of('applicationPlugins', { filter, values }), DENIED),
    tool('a new row', 'resource_create', of('applicationPlugins', { values: { name: 'x' } }), DENIED),
    tool('a dot', 'resource_update', of('applicationPlugins.', { filter, values }), DENIED),
    tool('a row gone', 'resource_destroy', of('applicationPlugins', { filter }), DENIED),
    tool('a field', 'resource_create', of(`${POSTS}.plugins`, { sourceId: 1, values: { name: 'x' } }), DENIED),
    tool('another action in the name', 'resource_create', of(`pm:enable?filterByTk=${VICTIM}&x=`), ASKED),
    tool('a table', 'resource_create', of('collections', { values: { name: 'strange' } }), ASKED),
  ];
}

async function callTool(url: string, token: string, name: string, args: object): Promise<string> {
  const body = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: args } };
  const headers = { accept: 'application/json, text/event-stream' };
  const { status, body: answer } = await send(url, { path: 'mcp', token, headers, body });
  const text = typeof answer === 'string' ? answer : JSON.stringify(answer);
  const inner = /statusCode\D+(\d{3})/.exec(text)?.[1];
  const code = /MAINTENANCE_[A-Z_]+/.exec(text)?.[0];
  return inner === undefined ? `${status} ${text.slice(0, 300)}` : `${inner} ${code ?? ''}`.trim();
}

/** Does what is asked about as people do it: asks, and sends it again with a reason. */
export async function confirmed(api: Api, path: string, body?: unknown): Promise<void> {
  const request = { path, token: api.token, body };
  const asked = await send(api.baseUrl, request);
  const { confirm = '', subject } = asked.prospect ?? { subject: '' };
  const answer = await send(api.baseUrl, { ...request, headers: confirming(confirm, 'Made ready.', subject) });
  if (answer.status !== 200)
    throw new Error(`${path}: ${short(asked)}, then ${short(answer)} ${JSON.stringify(answer.body)}`);
}
