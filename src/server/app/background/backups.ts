import type { Application } from '@nocobase/server';
import type { Clock } from '../../core/clock';
import { sentence } from '../../core/errors';
import type { Log } from '../../ports';
import type { BackgroundPart, Pause } from './part';

interface BackupPlugin {
  runAutoBackupTask?: () => Promise<void>;
}

/** Lets one node of all make the backup that is due at `due`, by `run`. */
export type ScheduleOfAll = (due: number, run: () => Promise<void>) => Promise<void>;

/**
 * Backups by schedule: a timer of the backup plugin that nobody else can reach, so what it calls is watched. The backup
 * itself is an operation, so nobody has to wait for it here.
 */
export class ScheduledBackups implements BackgroundPart {
  readonly name = 'scheduled backups';
  private readonly watched = new WeakSet<BackupPlugin>();
  private paused = false;
  /** Its time came during the pause. */
  private missed: number | undefined;

  constructor(
    private readonly app: Application,
    private readonly clock: Clock,
    private readonly log: Log,
    private readonly ofAll: ScheduleOfAll,
  ) {}

  watch(): void {
    const { plugin } = this;
    const run = plugin?.runAutoBackupTask;
    if (!plugin || !run || this.watched.has(plugin)) return;
    this.watched.add(plugin);
    plugin.runAutoBackupTask = async () => {
      const due = this.clock.wall();
      if (this.paused) this.missed ??= due;
      else await this.make(due, () => run.call(plugin));
    };
    this.run = () => run.call(plugin);
  }

  pause(): Pause | undefined {
    if (!this.plugin) return undefined;
    this.paused = true;
    const goOn = () => {
      this.paused = false;
      const { missed, run } = this;
      this.missed = undefined;
      if (missed !== undefined && run) void this.make(missed, run);
    };
    return { undo: goOn, handOver: goOn };
  }

  running(): readonly [] {
    return [];
  }

  /** Of the plugin that was loaded last. */
  private run: (() => Promise<void>) | undefined;

  private get plugin(): BackupPlugin | undefined {
    return this.app.pm.get('backups') as BackupPlugin | undefined;
  }

  /** Never rejects: the host's timer would end the process, and would not be set again. */
  private async make(due: number, run: () => Promise<void>): Promise<void> {
    await this.ofAll(due, run).catch((error: unknown) => {
      this.log.error(`The scheduled backup failed: ${sentence(error)}`, { error });
    });
  }
}
