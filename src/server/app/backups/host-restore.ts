import { rmSync } from 'node:fs';
import { access, rm } from 'node:fs/promises';
import type { Application, HostLogger } from '@nocobase/server';
import { sentence } from '../../core/errors';
import type { KeptRows } from '../../database/kept-rows';
import { backupModules, dumpOfBefore } from './host-modules';
import { RestoreSight, type HostEnd } from './restore-sight';

/** How a restore ended for this app and its database. */
export type RestoreEnd =
  | { readonly end: 'restored'; readonly remark?: string }
  /** It failed, and the database is what it was before. */
  | { readonly end: 'failed'; readonly reason: string }
  /** Neither the old data nor the new: a person has to look. */
  | { readonly end: 'broken'; readonly reason: string };

export interface HostRestoreDeps {
  readonly app: Application;
  readonly keepRows: () => Promise<KeptRows>;
  /** The host's own command, as a part of the operation. */
  readonly upgrade: () => Promise<void>;
  readonly progress: (step: string) => void;
  /** What else belongs to the data of before; done when these are in the database, and taken back with them. */
  readonly files?: { readonly change: () => Promise<void>; readonly takeBack: () => Promise<void> } | undefined;
}

const IGNORED = 'The dump was loaded, but some of its statements failed and were ignored; see the log of this node.';

/** One restore by NocoBase's backup plugin, seen through to its real end. */
export class HostRestore {
  readonly sight: RestoreSight;

  private constructor(
    private readonly deps: HostRestoreDeps,
    logger: HostLogger,
    private rows: KeptRows,
  ) {
    const { app, progress } = deps;
    // At once: the host looks for it in its next step.
    this.sight = new RestoreSight(app, logger, progress, () => rmSync(dumpOfBefore(app), { force: true }));
  }

  /** To be called when nobody writes any more, and before the host begins. */
  static async prepare(deps: HostRestoreDeps, logger: HostLogger): Promise<HostRestore> {
    // A failing restore loads what lies here: that of an earlier one would bring back data of long ago.
    await rm(dumpOfBefore(deps.app), { force: true });
    return new HostRestore(deps, logger, await deps.keepRows());
  }

  /** Resolves when the host has done its part and the upgrade is over, or the old data are back. */
  async end(): Promise<RestoreEnd> {
    const host = await this.sight.ended;
    try {
      return await this.finish(host);
    } catch (error) {
      return { end: 'broken', reason: sentence(error) };
    } finally {
      await this.rows.end();
    }
  }

  private async finish(host: HostEnd): Promise<RestoreEnd> {
    if (host.end === 'untouched') return { end: 'failed', reason: `Nothing was changed: ${host.why}` };
    await this.putBack();
    if (host.end === 'broken') return { end: 'broken', reason: `${host.why} The old data could not be loaded again.` };
    if (host.end === 'reverted') return { end: 'failed', reason: `${host.why} The data of before are back.` };
    const failure = await this.upgrade();
    if (failure !== undefined) return this.revert(`The upgrade after it failed: ${failure.replace(/\.$/, '')}.`);
    return host.ignored ? { end: 'restored', remark: IGNORED } : { end: 'restored' };
  }

  private async putBack(): Promise<void> {
    await this.rows.putBack();
    await this.rows.end();
  }

  private async upgrade(): Promise<string | undefined> {
    this.deps.progress('upgrade after the restore');
    try {
      await this.deps.files?.change();
      await this.deps.upgrade();
      return undefined;
    } catch (error) {
      return sentence(error);
    }
  }

  /** The host reverts only what fails before its upgrade. */
  private async revert(why: string): Promise<RestoreEnd> {
    const { app, progress } = this.deps;
    const file = dumpOfBefore(app);
    try {
      await access(file).catch(() => Promise.reject(new Error('their dump is not there.')));
      const modules = await backupModules();
      if (!modules) throw new Error('The backup plugin is not on this machine.');
      progress('the data of before come back');
      const { schema } = app.db.options;
      // As they are now: people may have decided something during the upgrade.
      this.rows = await this.deps.keepRows();
      await modules.tools(app).restore({ filePath: file, ...(schema ? { schema } : {}) });
      await this.putBack();
      await this.deps.files?.takeBack();
      return { end: 'failed', reason: `${why} The data of before are back.` };
    } catch (error) {
      return { end: 'broken', reason: `${why} The data of before could not be loaded: ${sentence(error)}` };
    }
  }
}
