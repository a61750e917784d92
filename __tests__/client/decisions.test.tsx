import React from 'react';
import { describe, expect, it, vi } from 'vitest';
import { DecisionText } from '../../src/client-v2/decisions/DecisionDialog';
import { cancelling, declaringStopped, rollingBack, takingWayOut } from '../../src/client-v2/decisions/offers';
import { createSubmission, NOT_SENT, type SubmissionState } from '../../src/client-v2/decisions/submission';
import { createClusterApi, RequestProblem } from '../../src/client-v2/status/api';
import { RESOLUTIONS } from '../../src/shared/domain';
import { operation, WAYS_OUT } from './fixtures';
import { hostI18n } from './i18n';
import { textOf } from './render';

const i18n = hostI18n('en-US');
const t = (key: string, values?: object) => i18n.t(key, { ns: 'nocobase-plugin-cluster-maintenance', ...values });
const SILENT_NODE = { bootId: 'boot-3', name: 'node-3', silentMs: 42_000 };

/** The page's way to the server, with what went over it. */
function server() {
  const sent: unknown[] = [];
  const api = createClusterApi({
    request: ({ url, data }) => {
      sent.push([url, data]);
      return Promise.reject(new Error('The answer is of no interest.'));
    },
  });
  return { api, sent };
}

function submission(limit = 1_000) {
  const states: SubmissionState[] = [];
  return { states, ...createSubmission(limit, (state) => states.push(state)) };
}

describe('what is asked before something is decided', () => {
  const text = (decision: ReturnType<typeof cancelling>) =>
    `${decision.title} ${textOf(<DecisionText decision={decision} sent={NOT_SENT} />)}`;

  it('says of a cancel that nothing was changed, how soon all serve, and who sees an error', () => {
    expect(text(cancelling(operation(), t))).toMatch(
      /Cancel the operation\?.*Nothing has been changed yet.*about a second.*Whoever asked .* sees an error/,
    );
  });

  it.each(WAYS_OUT.map((way) => [way.resolution, way] as const))('repeats the consequence of %s', (_, way) => {
    expect(text(takingWayOut(operation(), way, t))).toContain(way.consequence);
  });

  it('says whose leadership is taken away', () => {
    const way = { resolution: 'give-up', consequence: 'It loses the guard.' } as const;
    expect(takingWayOut(operation(), way, t).title).toBe('Take leadership away from node-1?');
  });

  it('says of a roll-back which backup comes back, and what is lost', () => {
    const backup = { file: 'backup_1.nbdata', takenAt: Date.UTC(2026, 0, 2) };
    expect(text(rollingBack(operation({ backup }), t))).toMatch(
      /Roll back to the backup\?.*backup of 2026-01-02T00:00:00\.000Z.*replaces the database.*written since is lost/,
    );
  });

  it('says when a process may be declared stopped, and what happens if that is wrong', () => {
    expect(text(declaringStopped(SILENT_NODE, t))).toMatch(
      /Declare node-3 stopped\?.*only when you know that the process of node-3 has ended.*lost or doubled/,
    );
  });
});

describe('what is decided', () => {
  it('names the operation that was on the screen, or the process', async () => {
    const { api, sent } = server();
    const ways = RESOLUTIONS.map((resolution) => takingWayOut(operation(), { resolution, consequence: '' }, t));
    const decisions = [
      cancelling(operation(), t),
      ...ways,
      declaringStopped(SILENT_NODE, t),
      rollingBack(operation(), t),
    ];
    await Promise.allSettled(decisions.map(({ send }) => send(api)));
    expect(sent).toEqual([
      ['clusterMaintenance:cancel', { operationId: 'operation-1' }],
      ...RESOLUTIONS.map((resolution) => ['clusterMaintenance:resolve', { operationId: 'operation-1', resolution }]),
      ['clusterMaintenance:declareStopped', { bootId: 'boot-3' }],
      ['clusterMaintenance:rollBack', { operationId: 'operation-1' }],
    ]);
  });

  it('is sent once, however often it is clicked', async () => {
    const { send } = submission();
    let answer = () => {};
    const work = vi.fn(() => new Promise<void>((resolve) => (answer = resolve)));
    const first = send(work);
    await expect(send(work)).resolves.toBe(false);
    answer();
    await expect(first).resolves.toBe(true);
    await expect(send(work)).resolves.toBe(false);
    expect(work).toHaveBeenCalledTimes(1);
  });

  it('is not done before the server has said so', async () => {
    const { send, states } = submission();
    let answer = () => {};
    const sent = send(() => new Promise<void>((resolve) => (answer = resolve)));
    expect(states).toEqual([{ busy: true, problem: undefined }]);
    answer();
    await sent;
    expect(states.at(-1)).toEqual(NOT_SENT);
  });

  it('may be tried again after a refusal, which is kept until then', async () => {
    const { send, states } = submission();
    const problem = new RequestProblem('refused', 'Too late.');
    await expect(send(() => Promise.reject(problem))).resolves.toBe(false);
    expect(states.at(-1)).toEqual({ busy: false, problem });
    await expect(send(() => Promise.resolve())).resolves.toBe(true);
  });

  it('is given up when the host’s client never answers', async () => {
    const { send, states } = submission(1);
    await expect(send(() => new Promise<void>(() => undefined))).resolves.toBe(false);
    expect(states.at(-1)).toMatchObject({ busy: false, problem: { kind: 'unreachable' } });
  });
});

describe('what went wrong', () => {
  const told = (problem: RequestProblem) =>
    textOf(<DecisionText decision={cancelling(operation(), t)} sent={{ busy: false, problem }} />);

  it('is told in the server’s sentence when it refuses', () => {
    expect(told(new RequestProblem('refused', 'Too late: it works.'))).toMatch(
      /Nothing was done\. Too late: it works\./,
    );
  });

  it('is not called a refusal when nobody knows', () => {
    expect(told(new RequestProblem('unreachable', ''))).toMatch(/It is not known.*There was no answer\./);
  });

  it.each(['denied', 'missing'] as const)('is told when it is %s', (kind) => {
    expect(told(new RequestProblem(kind, ''))).toMatch(/not allowed|cannot do this/);
  });
});
