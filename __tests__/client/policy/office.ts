import { KNOWN_ACTIONS } from '../../../src/client-v2/policy/labels';
import { readPolicy } from '../../../src/server/core/policy/document';
import { DEFAULT_POLICY } from '../../../src/server/core/policy/defaults';
import type { AuditEntry, PolicyBody, QueuedAction } from '../../../src/shared/policy-api';
import type { Answer, Question } from '../live-words';
import { approval, NOW } from './fixtures';

const ok = (data: unknown): Answer => ({ status: 200, data: { data } });
const GONE: Answer = { status: 502, data: '' };

export function queued(over: Partial<QueuedAction> = {}): QueuedAction {
  const act = { action: 'pm:enable', subject: 'departments', reason: 'At night' };
  return { id: 'q1', state: 'waiting', ...act, requestedBy: 'Ada', requestedAt: NOW, ...over };
}

export function attempt(over: Partial<AuditEntry> = {}): AuditEntry {
  const act = { action: 'pm:enable', subject: 'departments', parameters: '{}' };
  const how = { person: 'Ada', node: 'node-1', by: 'request', decision: 'allow', reasons: [] } as const;
  return { id: 'a1', at: NOW, ...how, ...act, ...over };
}

/** What a node answers to the tabs Policy and Approvals: it reads a document as the server does. */
export class Office {
  policy: PolicyBody = { document: DEFAULT_POLICY, revision: 0, environment: 'production', known: KNOWN_ACTIONS };
  queue: readonly QueuedAction[] = [];
  audit: readonly AuditEntry[] = [];
  /** Nothing is answered any more. */
  gone = false;

  readonly answer = ({ url, params, data }: Question): Answer => {
    if (this.gone) return GONE;
    if (url.endsWith(':updatePolicy')) return this.update(data as { readonly document: unknown });
    if (url.endsWith(':policy')) return ok(this.policy);
    if (url.endsWith(':approvals')) return ok({ requests: [approval()], waiting: 1 });
    if (url.endsWith(':queued')) return ok(this.queue);
    if (url.endsWith(':audit')) return ok({ entries: 'person' in (params as object) ? [] : this.audit });
    return ok({});
  };

  private update({ document }: { readonly document: unknown }): Answer {
    const read = readPolicy(document);
    if (!read.ok) return { status: 400, data: { errors: [{ message: read.problem }] } };
    this.policy = { ...this.policy, document: read.policy, revision: this.policy.revision + 1 };
    return ok(this.policy);
  }
}
