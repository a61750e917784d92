import type { Application } from '@nocobase/server';
import { planOf } from '../../../core/policy/queueable';
import { verdictSentence } from '../../../core/policy/sentences';
import type { NodeAgent } from '../../../maintenance/node-agent';
import type { Log } from '../../../ports';
import { withinDecision } from '../../decision-scope';
import type { Policy } from '../policy';
import { judgeQueued } from './judge-queued';
import { launch, type LaunchDeps } from './launch';
import { QueueRunner } from './runner';

export interface QueueParts extends LaunchDeps {
  readonly app: Application;
  readonly agent: NodeAgent;
  readonly policy: Policy;
  readonly log: Log;
}

/** This node's look at what waits. */
export function queueRunner(parts: QueueParts): QueueRunner {
  const { policy, agent, log } = parts;
  const { approvals, audit, queued } = policy.kept;
  return new QueueRunner({
    ...{ records: queued, audit, clock: policy.clock, log, node: agent.self.name },
    judge: (record) => judgeQueued(policy, record),
    words: verdictSentence,
    takeApproval: async ({ approval, action, subject, hash, parameters, requestedBy: person }) =>
      approval === undefined ||
      (await approvals.take(approval, { action, subject, hash, parameters, person })) !== undefined,
    launch: async ({ action, exact, requestedBy }) => {
      const outcome = planOf(action, exact);
      if (!outcome.ok) return { outcome: 'failed', why: outcome.problem };
      // The policy has just been asked.
      return withinDecision(() => launch(outcome.plan, `${requestedBy.name} (queued)`, parts));
    },
    isFree: () => agent.isServer && agent.current === 'serving',
  });
}
