import { describe, expect, it } from 'vitest';
import type { RequestConfig } from '@nocobase/client-v2';
import { askFirst } from '../../../src/client-v2/policy/askFirst';
import { createQuestions, type Answer, type Question } from '../../../src/client-v2/policy/questions';
import { prospect, reason, refusalBody, verdict } from './fixtures';
import { axiosAnsweredBy, HAS_AXIOS, type Answered, type Sent } from './host-axios';

const asks = (confirm = 'confirm-1'): Answered => ({
  status: 428,
  data: JSON.stringify(refusalBody(false, prospect({ confirm }))),
});
const denies: Answered = {
  status: 403,
  data: JSON.stringify(
    refusalBody(
      true,
      prospect({ verdict: verdict({ decision: 'deny', reasons: [reason('denied', { action: 'x' })] }) }),
    ),
  ),
};
const done: Answered = { status: 200, data: '{"data":"done"}' };
const given = (text: string): Answer => ({ kind: 'given', given: { reason: text } });

interface World {
  readonly answers: readonly Answered[];
  readonly person?: (question: Question) => Answer | Promise<Answer>;
}

/** An app with the interceptors of the host: one that prepares requests, one that tells of errors. */
function app({ answers, person = () => given('Because') }: World) {
  const sent: Sent[] = [];
  const toasts: unknown[] = [];
  const left = [...answers];
  const http = axiosAnsweredBy((config) => {
    sent.push({ ...config, headers: { ...config.headers } });
    return left.shift() ?? done;
  });
  const auth = { token: 'token-1', role: null, locale: null };
  http.interceptors.request.use((config) => {
    config.headers.Authorization = `Bearer ${auth.token}`;
    return config;
  });
  http.interceptors.response.use(
    (response) => response,
    (error: unknown) => {
      const { config } = error as { readonly config?: RequestConfig };
      if (!config?.skipNotify) toasts.push(error);
      return Promise.reject(error as Error);
    },
  );
  const questions = createQuestions();
  const asked: Question[] = [];
  const next = () => {
    const question = questions.current();
    if (!question || asked.includes(question)) return;
    asked.push(question);
    void Promise.resolve(person(question)).then((answer) => questions.answer(question, answer));
  };
  questions.subscribe(next);
  askFirst({ axios: http, auth }, questions);
  return { http, auth, sent, toasts, asked, questions };
}

describe.skipIf(!HAS_AXIOS)('a request that the policy asks about', () => {
  it('is sent again with what the person gave, and its answer goes to whoever asked', async () => {
    const { http, sent, toasts } = app({ answers: [asks()], person: () => given('Офіс №2') });
    const config = { url: 'pm:enable', method: 'post', params: { filterByTk: 'departments' }, data: { a: 1 } } as const;
    const { status, data } = await http.request(config);
    expect({ status, data }).toEqual({ status: 200, data: { data: 'done' } });
    const [first, second] = sent;
    for (const part of ['url', 'method', 'params', 'data', 'baseURL'] as const) {
      expect((second as unknown as Record<string, unknown>)[part]).toEqual(
        (first as unknown as Record<string, unknown>)[part],
      );
    }
    expect(second?.headers).toMatchObject({
      'X-Maintenance-Confirm': 'confirm-1',
      'X-Maintenance-Reason': encodeURIComponent('Офіс №2'),
    });
    expect(toasts).toEqual([]);
  });

  it('keeps its body exactly, also when that is a form with a file', async () => {
    const { http, sent } = app({ answers: [asks(), asks('confirm-2')] });
    const form = new FormData();
    form.append('file', new Blob(['zip']), 'plugin.zip');
    await http.request({ url: 'pm:add', method: 'post', data: form });
    expect(sent.map(({ data }) => data)).toEqual([form, form, form]);
    await http.request({ url: 'x:y', method: 'post', data: { text: '"quoted"' } });
    expect(sent.at(-1)?.data).toBe('{"text":"\\"quoted\\""}');
  });

  it('is asked about again, with what was given before, when that was not enough', async () => {
    const { http, asked, sent } = app({ answers: [asks('confirm-1'), asks('confirm-2')] });
    await http.request({ url: 'pm:enable', method: 'post' });
    expect(asked.map(({ before }) => before)).toEqual([undefined, { reason: 'Because' }]);
    expect(sent.map(({ headers }) => headers['X-Maintenance-Confirm'])).toEqual([undefined, 'confirm-1', 'confirm-2']);
  });

  it('takes the token of the moment at which it is sent again', async () => {
    const world = app({
      answers: [asks()],
      person: () => {
        world.auth.token = 'token-2';
        return given('Because');
      },
    });
    await world.http.request({ url: 'pm:enable', method: 'post' });
    expect(world.sent.map(({ headers }) => headers.Authorization)).toEqual(['Bearer token-1', 'Bearer token-2']);
  });

  it('fails for whoever asked as it would have without the question', async () => {
    const { http, toasts } = app({ answers: [asks(), { status: 409, data: '{"errors":[{"message":"Busy."}]}' }] });
    const failed = http.request({ url: 'pm:enable', method: 'post' });
    await expect(failed).rejects.toMatchObject({ response: { status: 409 } });
    expect(toasts).toHaveLength(1);
  });

  it.each([
    ['confirmation', asks()],
    ['denial', denies],
  ])('is rejected quietly when the person leaves the %s', async (_, answer) => {
    const { http, toasts, sent } = app({ answers: [answer], person: () => ({ kind: 'left' }) });
    const failed = http.request({ url: 'pm:enable', method: 'post' });
    await expect(failed).rejects.toMatchObject({ code: 'ERR_CANCELED', __CANCEL__: true });
    expect(toasts).toEqual([]);
    expect(sent).toHaveLength(1);
  });

  it('is understood also where the answer was to be a file', async () => {
    const body = new Blob([JSON.stringify(refusalBody(false, prospect()))], { type: 'application/json' });
    const { http, asked } = app({ answers: [{ status: 428, data: body }] });
    await http.request({ url: 'backups:download', responseType: 'blob' });
    expect(asked).toHaveLength(1);
  });
});

describe.skipIf(!HAS_AXIOS)('several requests at once', () => {
  it('are asked about one after the other, each with its own answer', async () => {
    const open: { question: Question; answer: (answer: Answer) => void }[] = [];
    const { http, questions, sent } = app({
      answers: [asks('confirm-a'), asks('confirm-b')],
      person: (question) => new Promise((answer) => open.push({ question, answer })),
    });
    const both = ['a:x', 'b:x'].map((url) => http.request({ url, method: 'post' }));
    await expect.poll(() => questions.more()).toBe(1);
    expect(open).toHaveLength(1);
    open[0]?.answer(given('First'));
    await expect.poll(() => open.length).toBe(2);
    open[1]?.answer({ kind: 'left' });
    const outcomes = await Promise.allSettled(both);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    expect(sent.map(({ url }) => url)).toEqual(['a:x', 'b:x', 'a:x']);
  });

  it('lose their question when whoever asked gives up', async () => {
    const { http, questions } = app({ answers: [asks()], person: () => new Promise(() => undefined) });
    const own = new AbortController();
    const failed = http.request({ url: 'a:x', method: 'post', signal: own.signal });
    await expect.poll(() => questions.current()).toBeDefined();
    own.abort();
    await expect(failed).rejects.toMatchObject({ code: 'ERR_CANCELED' });
    expect(questions.current()).toBeUndefined();
  });
});

describe.skipIf(!HAS_AXIOS)('nobody is asked', () => {
  it.each([
    { status: 403, data: '{"errors":[{"code":"FORBIDDEN","message":"No."}]}' },
    { status: 403, data: '{"errors":[{"code":"MAINTENANCE_DENIED","message":"Of another version."}]}' },
    { status: 428, data: '<html>a proxy</html>' },
    { status: 500, data: '' },
  ])('about the answer %j', async (answer) => {
    const { http, asked, toasts } = app({ answers: [answer] });
    await expect(http.request({ url: 'a:x' })).rejects.toMatchObject({ response: { status: answer.status } });
    expect(asked).toEqual([]);
    expect(toasts).toHaveLength(1);
  });

  it('about what the plugin itself asks of the policy', async () => {
    const { http, asked } = app({ answers: [asks()] });
    const config = { url: 'clusterMaintenance:queue', asksNobody: true, skipNotify: true };
    await expect(http.request(config)).rejects.toMatchObject({ response: { status: 428 } });
    expect(asked).toEqual([]);
  });

  it('when the dialog is not there: the error is one like others', async () => {
    const http = axiosAnsweredBy(() => asks());
    askFirst({ axios: http, auth: { token: null, role: null, locale: null } }, createQuestions());
    await expect(http.request({ url: 'a:x' })).rejects.toMatchObject({ response: { status: 428 } });
  });

  it('in a host that looks different inside', () => {
    const auth = { token: null, role: null, locale: null };
    expect(() => askFirst({ axios: { defaults: {} }, auth }, createQuestions())).not.toThrow();
  });
});
