import { access, rm } from 'node:fs/promises';
import path from 'node:path';
import { PACKAGE_NAME } from '../../shared/api';

/**
 * What a start may do is told to the host by two variables of its own, which it reads during the command. They are
 * put back afterwards, so that nothing else in this process sees them changed.
 */
export function setStartEnvironment(kind: 'join' | 'install' | 'upgrade'): () => void {
  const before = { ...pick() };
  // A node that joins finds nothing to do; a leader must not skip migrations of plugins whose version changed
  // although the core's did not.
  process.env.SKIP_SAME_VERSION_UPGRADE = kind === 'join' ? 'true' : 'false';
  if (kind === 'install') {
    const names = (before.APPEND_PRESET_BUILT_IN_PLUGINS ?? '').split(',').filter(Boolean);
    process.env.APPEND_PRESET_BUILT_IN_PLUGINS = [...new Set([...names, PACKAGE_NAME])].join(',');
  }
  return () => {
    for (const [name, value] of Object.entries(before)) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  };
}

function pick(): Record<'SKIP_SAME_VERSION_UPGRADE' | 'APPEND_PRESET_BUILT_IN_PLUGINS', string | undefined> {
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
