import type { Application, HostLogger } from '@nocobase/server';
import { sentence } from '../../core/errors';
import type { BackgroundPart, Pause, Work } from './part';
import { workflowPlugin, type TimeoutManager } from './workflow-plugin';

/** Workflows that are given up because they took too long: written by timers of the workflow plugin. */
export class WorkflowTimeouts implements BackgroundPart {
  readonly name = 'workflow timeouts';
  private paused: TimeoutManager | undefined;

  constructor(
    private readonly app: Application,
    private readonly log: () => HostLogger,
  ) {}

  pause(): Pause | undefined {
    const manager = workflowPlugin(this.app)?.timeoutManager;
    if (!manager || manager.stopped) return undefined;
    this.paused = manager;
    this.attempt(manager.unload());
    return {
      undo: () => {
        this.paused = undefined;
        // What has expired meanwhile is given up now.
        this.attempt(manager.load());
      },
      handOver: () => void (this.paused = undefined),
    };
  }

  running(): readonly Work[] {
    return [];
  }

  /** Each execution that ended in waiting has set one more timer. */
  async settle(): Promise<void> {
    await this.paused?.unload();
  }

  private attempt(change: Promise<void>): void {
    change.catch((error: unknown) => this.log().warn(`Workflow timeouts: ${sentence(error)}`, { error }));
  }
}
