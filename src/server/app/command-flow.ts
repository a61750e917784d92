import { writeSync } from 'node:fs';
import { AppSupervisor, type Application, type MaintainingEvent } from '@nocobase/server';
import { sentence } from '../core/errors';
import { RUN_COMMAND } from '../core/policy/risk-list';
import { riskOfCommand } from '../core/policy/risks';
import { gatedCommand } from './gated-commands';
import type { Parts } from './parts';

export interface CommandFlowDeps {
  readonly role: 'app' | 'command';
  /** False for a sub-app: nobody types commands for it, and what the main app does to it was decided there. */
  readonly asks: boolean;
  readonly parts: () => Parts | undefined;
  readonly isWanted: (app: Application) => Promise<boolean>;
  /** Makes this process a node. */
  readonly switchOn: (app: Application) => Promise<Parts>;
  /** The same without being seen by others. */
  readonly assemble: (app: Application) => Promise<Parts>;
  readonly leave: () => Promise<void>;
}

/** A command of the host that risks something: asks the policy, and hands what becomes an operation on. */
export class CommandFlow {
  constructor(private readonly deps: CommandFlowDeps) {}

  concerns(name: string): boolean {
    if (name === RUN_COMMAND) return false;
    return gatedCommand(name) !== undefined || (this.deps.asks && riskOfCommand(name) !== undefined);
  }

  async begin(app: Application, event: MaintainingEvent): Promise<void> {
    const { parts, isWanted, switchOn, assemble, asks } = this.deps;
    const becomesOperation = gatedCommand(event.command?.name) !== undefined;
    try {
      if (!parts() && !(await isWanted(app))) return;
      // What is no operation only asks: for that this process need not be a node.
      const { commandPolicy, commands } = parts() ?? (await (becomesOperation ? switchOn(app) : assemble(app)));
      if (asks) await commandPolicy.begin(app, event);
      if (becomesOperation) await commands.begin(event);
    } catch (error) {
      await this.failed(app, error);
      throw error;
    }
  }

  async end(event: MaintainingEvent): Promise<void> {
    const parts = this.deps.parts();
    await parts?.commandPolicy.ended(event);
    if (gatedCommand(event.command?.name)) await parts?.commands.end(event);
    else if (this.deps.role === 'command') await this.deps.leave();
  }

  /** The host logs the sentence and goes on: a server serves, a CLI process has to end, and to say that it failed. */
  private async failed(app: Application, error: unknown): Promise<void> {
    if (this.deps.role !== 'command') return rememberStatus(app);
    // The host's logger may not have written when the process ends.
    writeSync(2, `[cluster maintenance] ${sentence(error)}\n`);
    process.exitCode = 1;
    await this.deps.leave();
  }
}

/**
 * The host's supervisor hears of a command after us, and of a refused one not at all until it has failed: it would put the
 * app back into the state before the last command, which may have been `start`, and start it anew.
 */
async function rememberStatus({ name }: Application): Promise<void> {
  const supervisor = AppSupervisor.getInstance();
  const status = await supervisor.getAppStatus(name);
  if (supervisor.statusBeforeCommanding && status !== null) supervisor.statusBeforeCommanding[name] = status;
}
