import type { Application, HostLogger } from '@nocobase/server';
import type { Clock } from '../../core/clock';
import { sentence } from '../../core/errors';
import type { BackgroundPart, Pause, Work } from './part';

interface BackupPlugin {
  runAutoBackupTask?: () => Promise<void>;
}

/** Backups by schedule: a timer of the backup plugin that nobody else can reach, so what it calls is watched. */
export class ScheduledBackups implements BackgroundPart {
  readonly name = 'scheduled backups';
  private readonly watched = new WeakSet<BackupPlugin>();
  private since: number | undefined;
  private paused = false;
  /** Its time came during the pause. */
  private missed = false;

  constructor(
    private readonly app: Application,
    private readonly clock: Clock,
    private readonly log: () => HostLogger,
  ) {}

  watch(): void {
    const { plugin } = this;
    const run = plugin?.runAutoBackupTask;
    if (!plugin || !run || this.watched.has(plugin)) return;
    this.watched.add(plugin);
    plugin.runAutoBackupTask = async () => {
      if (this.paused) return void (this.missed = true);
      this.since = this.clock.wall();
      await run.call(plugin).finally(() => (this.since = undefined));
    };
  }

  pause(): Pause | undefined {
    if (!this.plugin) return undefined;
    this.paused = true;
    const goOn = () => {
      this.paused = false;
      const { missed } = this;
      this.missed = false;
      if (missed) this.plugin?.runAutoBackupTask?.().catch((error: unknown) => this.complain(error));
    };
    return { undo: goOn, handOver: goOn };
  }

  running(): readonly Work[] {
    return this.since === undefined ? [] : [{ what: 'the scheduled backup', since: this.since }];
  }

  private get plugin(): BackupPlugin | undefined {
    return this.app.pm.get('backups') as BackupPlugin | undefined;
  }

  private complain(error: unknown): void {
    this.log().error(`The scheduled backup failed: ${sentence(error)}`, { error });
  }
}
