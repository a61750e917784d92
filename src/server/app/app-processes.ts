import type { Application } from '@nocobase/server';
import { MAIN, type AppRouter } from './app-router';
import type { NodeProcess } from './node-process';
import { endWithoutPrimary } from './primary';

export interface AppProcessesDeps {
  readonly main: NodeProcess;
  readonly router: AppRouter;
  /** The node that this process is for a sub-app. */
  readonly create: (name: string) => NodeProcess;
}

/**
 * The apps of this process. A sub-app of the multi-app manager is a cluster of its own: its lease, record and epochs go
 * by its name, and its guard is in its own database.
 */
export class AppProcesses {
  private readonly watched = new WeakSet<Application>();
  private readonly subApps = new Map<string, NodeProcess>();

  constructor(private readonly deps: AppProcessesDeps) {}

  /** Called for each app at each init. */
  attach(app: Application): void {
    const { main } = this.deps;
    if (app.name !== MAIN) return this.subApp(app.name).attach(app);
    main.attach(app);
    if (this.watched.has(app)) return;
    this.watched.add(app);
    // The process ends with the main app: what its other apps keep open would keep it alive.
    app.on('beforeDestroy', () => this.leave());
    app.on('afterDestroy', async () => endWithoutPrimary());
  }

  of({ name }: Application): NodeProcess {
    return name === MAIN ? this.deps.main : this.subApp(name);
  }

  private subApp(name: string): NodeProcess {
    const known = this.subApps.get(name);
    if (known) return known;
    const created = this.deps.create(name);
    this.subApps.set(name, created);
    this.deps.router.add(name);
    return created;
  }

  private async leave(): Promise<void> {
    await Promise.all([...this.subApps.values()].map((node) => node.end()));
  }
}
