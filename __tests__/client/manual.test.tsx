import React from 'react';
import { describe, expect, it } from 'vitest';
import { OperationPanel } from '../../src/client-v2/components/OperationPanel';
import { DecisionText } from '../../src/client-v2/decisions/DecisionDialog';
import { ending, entering, lettingIn } from '../../src/client-v2/decisions/manual';
import { NOT_SENT } from '../../src/client-v2/decisions/submission';
import { createClusterApi } from '../../src/client-v2/status/api';
import type { StatusBody } from '../../src/shared/api';
import { NOW, operation, status } from './fixtures';
import { hostI18n, LOCALES } from './i18n';
import { textOf } from './render';

const i18n = hostI18n('en-US');
const t = (key: string, values?: object) => i18n.t(key, { ns: 'nocobase-plugin-cluster-maintenance', ...values });

const MANUAL = operation({
  kind: 'maintenance',
  phase: 'working',
  subject: 'Moving the disks.',
  maintenance: { message: 'Back at noon.', expiresInSeconds: 3_600, openNode: 'node-3', enteredBy: 'user 1' },
});

function panel(body: StatusBody, language?: string, stale = false): string {
  const answer = { serverNow: NOW, receivedAt: performance.now() };
  return textOf(<OperationPanel body={body} answer={answer} stale={stale} />, language);
}

const words = (decision: ReturnType<typeof ending>) =>
  `${decision.title} ${textOf(<DecisionText decision={decision} sent={NOT_SENT} />)}`;

describe('a manual maintenance on the page', () => {
  it('says who, why, which node stays open, what users read, and when it ends by itself', () => {
    const text = panel(status({ operation: MANUAL, endsInMs: 125_000 }));
    const told = ['Manual maintenance', 'Moving the disks.', 'Ada is in maintenance.', 'node-3 goes on as ever.'];
    for (const part of [...told, 'Users read: Back at noon.', 'End maintenance…', 'Open this app for me…']) {
      expect(text).toContain(part);
    }
    expect(text).toMatch(/Ends by itself in 2:0\d\./);
    expect(text).not.toContain('The leader makes the change');
  });

  it('says when only writes are stopped', () => {
    const text = panel(status({ operation: { ...MANUAL, scope: 'writes' } }));
    expect(text).toContain('Ada has stopped all writes.');
    expect(text).toContain('Reads are still served');
  });

  it('is an operation like others while nodes still drain: it can be cancelled', () => {
    const text = panel(status({ operation: { ...MANUAL, phase: 'draining' } }));
    expect(text).toContain('Cancel operation…');
    expect(text).not.toContain('End maintenance');
  });

  it('can be entered while nothing runs, and only where that is known', () => {
    expect(panel(status())).toContain('Enter maintenance…');
    expect(panel(status({ online: false }))).not.toContain('Enter maintenance');
    expect(panel(status(), undefined, true)).not.toContain('Enter maintenance');
  });

  it.each(Object.keys(LOCALES))('is told in %s without a placeholder left', (language) => {
    expect(panel(status({ operation: MANUAL, endsInMs: 1_000 }), language)).not.toContain('{{');
  });
});

describe('what is asked before', () => {
  const request = { reason: 'r', scope: 'all', openNode: 'node-3', expiresInSeconds: 600 } as const;

  it('says what stops, who goes on, and when it ends', () => {
    expect(words(entering(request, 10, t))).toMatch(
      /Enter maintenance\?.*takes no new ones.*node-3 goes on as ever.*by itself after 10 minutes/,
    );
    expect(words(entering({ ...request, scope: 'writes' }, 10, t))).toMatch(/goes on reading/);
  });

  it('warns whoever ends what somebody else began, and only then overrides', () => {
    expect(words(ending(MANUAL, 'user 2', t))).toContain('Ada entered it, not you: Moving the disks.');
    expect(words(ending(MANUAL, 'user 1', t))).not.toContain('not you');
  });

  it('names the maintenance that was on the screen', async () => {
    const sent: unknown[] = [];
    const api = createClusterApi({
      request: ({ url, data }) => {
        sent.push([url, data]);
        return Promise.reject(new Error('The answer is of no interest.'));
      },
    });
    const decisions = [
      entering(request, 10, t),
      ending(MANUAL, 'user 1', t),
      ending(MANUAL, 'user 2', t),
      lettingIn(MANUAL, t),
    ];
    await Promise.allSettled(decisions.map(({ send }) => send(api)));
    const operationId = 'operation-1';
    expect(sent).toEqual([
      ['clusterMaintenance:enter', request],
      ['clusterMaintenance:exit', { operationId, override: false }],
      ['clusterMaintenance:exit', { operationId, override: true }],
      ['clusterMaintenance:letIn', { operationId }],
    ]);
  });
});
