import { lt, valid } from 'semver';
import { olderSentence, pluginsSentence, unfinishedSentence } from '../core/version-sentences';
import type { AppLifecycle, Guard, Ledger } from '../ports';
import type { OperationRecord, VersionChange } from '../../shared/domain';

export interface VersionCheckDeps {
  readonly app: Pick<AppLifecycle, 'installedVersion' | 'expected'>;
  readonly guard: Pick<Guard, 'applied'>;
  readonly ledger: Pick<Ledger, 'latest' | 'history'>;
  /** Of the host that this process runs. */
  readonly version: string;
}

/** Old code never touches a newer database (rule R10): whether this node is too old for what is there. */
export class VersionCheck {
  constructor(private readonly deps: VersionCheckDeps) {}

  /**
   * Why this node must not change anything, and what to start instead; undefined when its core is new enough. Rejects
   * when the database does not say.
   */
  async refusal(): Promise<string | undefined> {
    const { app, version } = this.deps;
    const installed = await app.installedVersion();
    if (installed === undefined) return undefined;
    if (isOlder(version, installed)) return olderSentence(installed, version);
    // The host writes the version at the end of an upgrade: one that failed has left neither the old nor the new one.
    const last = await this.lastChange();
    const failed = last?.kind === 'upgrade' && last.result === 'failed' && isOlder(version, last.versions?.to);
    return failed ? unfinishedSentence(last, version) : undefined;
  }

  /** Why it must not even load its app. */
  async objection(): Promise<string | undefined> {
    return (await this.refusal()) ?? this.olderPlugins();
  }

  /** The same for its plugins: a start with older ones would take the cluster back. */
  async olderPlugins(): Promise<string | undefined> {
    const [expected, { fingerprint }] = await Promise.all([this.deps.app.expected(), this.deps.guard.applied()]);
    const applied = new Map(fingerprint?.plugins.map(({ name, version }) => [name, version]));
    const older = expected?.plugins.filter(({ name, version }) => isOlder(version, applied.get(name))) ?? [];
    if (older.length === 0) return undefined;
    return pluginsSentence(older.map(({ name, version }) => ({ name, from: version, to: applied.get(name) ?? '' })));
  }

  /** What an upgrade by this node does to the version of the core; undefined when it stays the same. */
  async change(): Promise<VersionChange | undefined> {
    const { app, version } = this.deps;
    const from = await app.installedVersion();
    return isOlder(from, version) ? { from, to: version } : undefined;
  }

  /** The newest operation that changed something. What came with a restored dump does not count. */
  private async lastChange(): Promise<OperationRecord | undefined> {
    const { ledger } = this.deps;
    const latest = await ledger.latest();
    if (!latest || latest.changed || latest.lastChange === 0) return latest;
    const [change] = await ledger.history(1, latest.lastChange + 1);
    return change?.epoch === latest.lastChange ? change : undefined;
  }
}

function isOlder(mine: string | undefined, needed: string | undefined): mine is string {
  return mine !== undefined && needed !== undefined && comparable(mine) && comparable(needed) && lt(mine, needed);
}

/** Versions of plugins are whatever their authors write. */
function comparable(version: string): boolean {
  return valid(version) !== null;
}
