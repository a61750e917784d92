import React from 'react';
import { describe, expect, it } from 'vitest';
import { FirstLoad } from '../../src/client-v2/components/FirstLoad';
import { NodesPanel } from '../../src/client-v2/components/NodesPanel';
import { Notices } from '../../src/client-v2/components/Notices';
import { OperationPanel } from '../../src/client-v2/components/OperationPanel';
import { RequestProblem } from '../../src/client-v2/status/api';
import { INITIAL_STATUS, statusReducer, type StatusEvent } from '../../src/client-v2/status/statusReducer';
import type { NodeView, StatusBody } from '../../src/shared/api';
import type { OperationRecord } from '../../src/shared/domain';
import { node, NOW, operation, status } from './fixtures';
import { LOCALES } from './i18n';
import { markupOf, textOf } from './render';

const away = new RequestProblem('unreachable', 'load plugin [users], 45/77');
const failed = (poll: number): StatusEvent => ({ type: 'failed', poll, problem: away });

function nodes(body: StatusBody, later: readonly StatusEvent[] = []) {
  const at = performance.now();
  const state = later.reduce(statusReducer, statusReducer(INITIAL_STATUS, { type: 'answered', poll: 1, at, body }));
  return <NodesPanel state={state} body={body} answer={{ serverNow: NOW, receivedAt: at }} />;
}

function panel(body: StatusBody, stale = false) {
  const answer = { serverNow: NOW, receivedAt: performance.now() };
  return <OperationPanel body={body} answer={answer} stale={stale} />;
}

const running = (over: Partial<OperationRecord>) => panel(status({ operation: operation(over) }));

describe('the nodes', () => {
  it('are listed with version, state, since when, requests in flight and fingerprint', () => {
    const text = textOf(nodes(status({ nodes: [node('node-1', { inFlight: 17, phase: 'draining' })] })));
    for (const part of ['node-1', '2.2.15', 'Draining', '1 minute ago', '17', 'Equal']) expect(text).toContain(part);
  });

  it('say which one the page is connected to, and which one leads', () => {
    const text = textOf(nodes(status({ nodes: [node('node-1', { isLeader: true }), node('node-2')] })));
    expect(text).toMatch(/node-1 Leader .*node-2 You are here/);
    expect(text).toContain('Connected to node-2');
  });

  it('tell why one is not serving, by words and not only by colour', () => {
    const lost = node('node-3', { phase: 'failed', reason: 'Its plugins differ.', fingerprintMatch: 'different' });
    const text = textOf(nodes(status({ nodes: [node('node-1'), lost] })));
    for (const part of ['Failed', 'Its plugins differ.', 'Different', '1 of 2 nodes serving']) {
      expect(text).toContain(part);
    }
  });

  it('name what a draining node still answers, with age and sort, and how many more requests there are', () => {
    const underWay = [
      { what: 'POST attachments:create', sort: 'upload', ageMs: 72_000 },
      { what: 'GET users:list', sort: 'request', ageMs: 3_000 },
    ] as const;
    const slow = node('node-1', { phase: 'draining', inFlight: 9, underWay });
    const text = textOf(nodes(status({ nodes: [slow] })));
    expect(text).toContain('Still answers 1:12 POST attachments:create Upload 0:03 GET users:list and 7 more requests');
    const inChinese = textOf(nodes(status({ nodes: [slow] })), 'zh-CN');
    expect(inChinese).toContain('1:12 POST attachments:create 上传');
    expect(inChinese).toContain('以及另外 7 个请求');
  });

  it('say nothing of requests that are answered in a moment, or that do not keep a node from anything', () => {
    const underWay = [{ what: 'GET users:list', sort: 'request', ageMs: 200 }] as const;
    const quick = node('node-1', { phase: 'draining', inFlight: 1, underWay });
    const serving = node('node-2', { inFlight: 1, underWay: [{ ...underWay[0], ageMs: 9_000 }] });
    expect(textOf(nodes(status({ nodes: [quick, serving] })))).not.toContain('users:list');
  });

  it('do not repeat what the operation says, but tell what it does not', () => {
    const part = node('node-1', { phase: 'drained', epoch: 7, reason: 'node-2 runs pm.enable.' });
    const other = node('node-2', { phase: 'waiting', epoch: 6, reason: 'Waiting for node-3.' });
    const text = textOf(nodes(status({ operation: operation({ epoch: 7 }), nodes: [part, other] })));
    expect(text).not.toContain('node-2 runs');
    expect(text).toContain('Waiting for node-3.');
    expect(textOf(nodes(status({ nodes: [part] })))).toContain('node-2 runs');
  });

  it('alarm over a different fingerprint only when the change is over, or a node failed over it', () => {
    const red = (over: Partial<NodeView>, running: boolean) => {
      const body = status({ nodes: [node('node-1', { fingerprintMatch: 'different', ...over })] });
      return markupOf(nodes(running ? { ...body, operation: operation() } : body)).includes('ant-typography-danger');
    };
    expect(red({}, false)).toBe(true);
    expect(red({ phase: 'reloading' }, true)).toBe(false);
    expect(red({ phase: 'failed' }, true)).toBe(true);
  });

  it('name the background work that a draining node waits for', () => {
    const work = ['workflow "Nightly sync" for 12 s', 'async task "Export" for 3 s'];
    const draining = node('node-2', { phase: 'draining', epoch: 7, work });
    const body = status({ nodes: [node('node-1'), draining] });
    const text = textOf(nodes({ ...body, operation: operation() }));
    for (const line of work) expect(text).toContain(line.replaceAll('"', '&quot;'));
  });

  it('name all nodes that answer behind a balancer, and none of them as the one', () => {
    const answered = (poll: number, name: string): StatusEvent => {
      const body = status({ self: `boot-${name}`, selfName: name });
      return { type: 'answered', poll, at: performance.now(), body };
    };
    const text = textOf(nodes(status(), [answered(2, 'node-1'), answered(3, 'node-3')]));
    expect(text).toContain('Connected through a balancer to node-1, node-2, node-3');
    expect(text).not.toContain('You are here');
  });

  it('count a short-lived command as no node that could serve', () => {
    const command = node('node-1 pm', { role: 'command', phase: 'waiting' });
    expect(textOf(nodes(status({ nodes: [node('node-1'), command] })))).toContain('1 of 1 node serving');
  });

  it('are not counted by a node that can see only itself', () => {
    expect(textOf(nodes(status({ online: false, nodes: [node('node-1')] })))).not.toContain('of 1 node');
  });

  it('stay on the page while their node reloads, with a quiet line that says how far it is', () => {
    const text = textOf(nodes(status(), [failed(2), failed(3)]));
    expect(text).toContain('node-3');
    expect(text).toContain('Reconnecting…');
    expect(text).toContain('load plugin [users], 45/77');
    expect(text).not.toContain('Connected to');
  });
});

describe('the operation', () => {
  it('says what, who, leader, phase, elapsed time and what it waits for', () => {
    const text = textOf(running({ step: 'load plugin [users], 45/77', waitingFor: ['node-2', 'node-3'] }));
    for (const part of ['Enable plugin', 'departments', 'Ada', 'node-1', 'Draining', 'node-2, node-3', '45/77']) {
      expect(text).toContain(part);
    }
    expect(text).toMatch(/0:0[67]/);
  });

  it('says of an abort that nothing was changed, and why', () => {
    const text = textOf(running({ phase: 'aborting', reason: 'node-3 did not drain.' }));
    expect(text).toContain('Nothing has been changed');
    expect(text).toContain('node-3 did not drain.');
  });

  it('is told when it is over, with its result and reason', () => {
    const ended = operation({ result: 'degraded', reason: 'node-3 stays out.', endedAt: NOW - 60_000 });
    const text = textOf(panel(status({ lastOperation: ended })));
    for (const part of ['No operation is running.', 'Degraded', 'node-3 stays out.', 'Requested by Ada']) {
      expect(text).toContain(part);
    }
  });

  it('is not denied by a node that cannot see the record, nor while the node is silent', () => {
    expect(textOf(panel(status({ online: false })))).toContain('While the coordination is offline');
    expect(textOf(panel(status(), true))).toContain('While its node is silent');
    for (const body of [status({ online: false }), status()]) {
      expect(textOf(panel(body, true))).not.toContain('No operation is running.');
    }
  });

  it('of a newer server is shown in the server’s own words', () => {
    const unknown = JSON.parse('{"kind": "pm.freeze", "phase": "freezing"}') as Partial<OperationRecord>;
    expect(textOf(running(unknown))).toMatch(/pm\.freeze.*freezing/);
  });

  it('does not escape twice what people typed', () => {
    const ended = operation({ requestedBy: "O'Neil & Co", result: 'done', endedAt: NOW });
    expect(markupOf(panel(status({ lastOperation: ended })))).toContain('O&#x27;Neil &amp; Co');
  });
});

describe('notices', () => {
  it('tell of single-node mode and how to leave it', () => {
    expect(textOf(<Notices body={status({ mode: 'single' })} />)).toMatch(/Single-node mode.*REDIS_URL/);
  });

  it('pass on why the coordination is offline, and what that means', () => {
    const text = textOf(<Notices body={status({ online: false, message: 'Redis refuses the connection.' })} />);
    expect(text).toMatch(/offline.*Redis refuses the connection\..*node-2 keeps serving/);
  });

  it('tell of a database without a lock to share, and only then', () => {
    const text = textOf(<Notices body={status({ guarded: false })} />);
    expect(text).toMatch(/no lock to share.*Run only one node on it/);
    const { guarded: _, ...older } = status();
    expect(markupOf(<Notices body={older as StatusBody} />)).toBe('');
  });

  it('are absent in a healthy cluster', () => {
    expect(markupOf(<Notices body={status()} />)).toBe('');
  });
});

describe('before the first answer', () => {
  const first = (...events: StatusEvent[]) => <FirstLoad state={events.reduce(statusReducer, INITIAL_STATUS)} />;

  it('the page is an outline, also after a first failure', () => {
    expect(markupOf(first())).toContain('aria-busy="true"');
    expect(markupOf(first(failed(1)))).toContain('aria-busy="true"');
  });

  it('the page says after three failures that there is no answer, and why', () => {
    expect(textOf(first(failed(1), failed(2), failed(3)))).toMatch(/cannot be reached.*45\/77/);
  });

  it('the page says at once that a permission is missing', () => {
    const denied: StatusEvent = { type: 'failed', poll: 1, problem: new RequestProblem('denied', 'No permissions') };
    expect(textOf(first(denied))).toMatch(/not allowed.*No permissions/);
  });
});

describe.each(Object.keys(LOCALES))('in %s', (language) => {
  it('everything is translated: no key and no placeholder is left on the page', () => {
    const body = status({ operation: operation({ phase: 'held', waitingFor: ['node-3'] }) });
    const text = [nodes(body), panel(body), panel(status()), nodes(body, [failed(2), failed(3)])]
      .map((element) => textOf(element, language))
      .join(' ');
    expect(text).not.toMatch(/\{\{|_node\b|_(one|few|many|other)\b/);
    if (language !== 'en-US') expect(text).not.toMatch(/nodes serving|Fingerprint|Serving|Resume|Leader|Connected/);
  });
});
