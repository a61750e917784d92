import type { Application } from '@nocobase/server';
import { sentence } from '../../../core/errors';
import type { QueuePlan } from '../../../core/policy/queueable';
import { holderSentence } from '../../../core/sentences';
import type { BeginOutcome, Coordinator } from '../../../maintenance/coordinator';
import type { LedOperation } from '../../../maintenance/led-operation';
import type { VersionCheck } from '../../../maintenance/version-check';
import type { BackupRuns } from '../../backups/backup-runs';
import { withTicket, type Ticket } from '../../command-scope';
import { gatedCommand } from '../../gated-commands';
import { missingPlugin } from '../../plugin-names';

export interface LaunchDeps {
  readonly app: Application;
  readonly coordinator: Pick<Coordinator, 'begin'>;
  readonly versions: Pick<VersionCheck, 'change' | 'refusal'>;
  readonly runs: Pick<BackupRuns, 'begin' | 'within'>;
}

/** `waits`: not now, and why. `failed`: not at all. */
export type Launched =
  | { readonly outcome: 'began'; readonly operationId: string }
  | { readonly outcome: 'waits' | 'failed'; readonly why: string };

/** The backup plugin's own way to a backup without a request. */
interface BackupPlugin {
  backup(): Promise<unknown>;
}

/** Begins what has waited, as an operation like any other. Rejects when it cannot be coordinated. */
export async function launch(plan: QueuePlan, requestedBy: string, deps: LaunchDeps): Promise<Launched> {
  const running = deps.app.activatedCommand?.name;
  if (running) return { outcome: 'waits', why: `This node still runs the command ${running}.` };
  return plan.does === 'backup' ? backUp(requestedBy, deps) : command(plan, requestedBy, deps);
}

async function backUp(requestedBy: string, { app, runs }: LaunchDeps): Promise<Launched> {
  const plugin = app.pm.get('backups') as Partial<BackupPlugin> | undefined;
  if (typeof plugin?.backup !== 'function') {
    return { outcome: 'failed', why: 'The plugin "backups" of NocoBase is not enabled.' };
  }
  const { backup } = plugin;
  const begun = await runs.begin(requestedBy);
  if (begun.outcome !== 'leading') return busy(begun);
  return began(begun.operation, () => runs.within(begun.operation, () => backup.call(plugin)));
}

async function command(
  { kind, argv, names }: QueuePlan & { readonly does: 'command' },
  requestedBy: string,
  { app, coordinator, versions }: LaunchDeps,
): Promise<Launched> {
  const why = (await missingPlugin(kind, names)) ?? (await versions.refusal());
  if (why !== undefined) return { outcome: 'failed', why };
  const scope = gatedCommand(kind)?.scope ?? 'all';
  const change = kind === 'upgrade' ? await versions.change() : undefined;
  const request = { kind, scope, subject: names.join(', '), requestedBy, ...(change ? { versions: change } : {}) };
  const begun = await coordinator.begin(request);
  if (begun.outcome !== 'leading') return busy(begun);
  return began(begun.operation, async () => {
    const ticket: Ticket = { operation: begun.operation, claimed: false, onClaim: () => {} };
    let problem = 'NocoBase did not take the command.';
    try {
      await withTicket(ticket, () => app.runAsCLI([...argv], { from: 'user' }));
    } catch (error) {
      problem = sentence(error);
    }
    if (ticket.claimed) return;
    ticket.claimed = true;
    await begun.operation.abort(problem);
  });
}

/** Nobody waits for its end here: that stands in the record of the operation. */
function began(operation: LedOperation, run: () => Promise<unknown>): Launched {
  void run().catch(() => undefined);
  return { outcome: 'began', operationId: operation.record.id };
}

function busy(begun: BeginOutcome): Launched {
  const record = 'record' in begun ? begun.record : undefined;
  return { outcome: 'waits', why: record ? holderSentence(record) : 'Another operation is just beginning.' };
}
