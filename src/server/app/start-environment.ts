import { access, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Application } from '@nocobase/server';
import { PACKAGE_NAME } from '../../shared/api';

type Name = 'SKIP_SAME_VERSION_UPGRADE' | 'APPEND_PRESET_BUILT_IN_PLUGINS';
type Values = Readonly<Partial<Record<Name, string>>>;

/** Of the starts that are under way: apps of one process may start at the same time. */
const wishes = new Set<Values>();
let before: Record<Name, string | undefined> | undefined;

/**
 * What a start may do is told to the host by two variables of its own, which it reads during the command. They are
 * put back afterwards, so that nothing else in this process sees them changed.
 */
export function setStartEnvironment(kind: 'join' | 'install' | 'upgrade'): () => void {
  // A node that joins finds nothing to do; a leader must not skip migrations of plugins whose version changed
  // although the core's did not.
  const skip = { SKIP_SAME_VERSION_UPGRADE: kind === 'join' ? 'true' : 'false' };
  if (kind !== 'install') return wish(skip);
  const names = (process.env.APPEND_PRESET_BUILT_IN_PLUGINS ?? '').split(',').filter(Boolean);
  return wish({ ...skip, APPEND_PRESET_BUILT_IN_PLUGINS: [...new Set([...names, PACKAGE_NAME])].join(',') });
}

/** A sub-app that joins must not skip what another app of this process has to do just then. */
export function setSubAppStart(app: Application, kind: 'join' | 'install' | 'upgrade'): () => void {
  if (kind !== 'join') return wish({ SKIP_SAME_VERSION_UPGRADE: 'false' });
  const upgrade = app.upgrade.bind(app);
  app.upgrade = async () => app.log.info('Another node has upgraded this app already.');
  return () => void (app.upgrade = upgrade);
}

/** The newest one counts; when none is left, what was there before. */
function wish(values: Values): () => void {
  before ??= { ...pick() };
  wishes.add(values);
  apply();
  return () => {
    wishes.delete(values);
    apply();
    if (wishes.size === 0) before = undefined;
  };
}

function apply(): void {
  for (const [name, value] of Object.entries(
    Object.assign({ ...before }, ...wishes) as Record<string, string | undefined>,
  )) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
}

function pick(): Record<Name, string | undefined> {
  const { SKIP_SAME_VERSION_UPGRADE, APPEND_PRESET_BUILT_IN_PLUGINS } = process.env;
  return { SKIP_SAME_VERSION_UPGRADE, APPEND_PRESET_BUILT_IN_PLUGINS };
}

/** What `pm add` leaves behind, so that the next start upgrades. */
function upgradeMarker(): string {
  return path.join(process.env.STORAGE_PATH ?? path.resolve('storage'), '.upgrading');
}

/** The host installs or upgrades at a start with `--quickstart`, or when `pm add` left its marker behind. */
export async function startChangesSchema(): Promise<boolean> {
  return process.argv.includes('--quickstart') || upgradeIsPending();
}

export function upgradeIsPending(): Promise<boolean> {
  return access(upgradeMarker()).then(
    () => true,
    () => false,
  );
}

/** With the marker of an earlier database the host would refuse to install an empty one. */
export async function forgetPendingUpgrade(): Promise<void> {
  await rm(upgradeMarker(), { recursive: true, force: true });
}
