import { linkSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { endProcessesWith, isRunning, processInfo, reaperPid, registerPath, runMarker } from './cleanup';

interface Owner {
  pid: number;
  startedAt: string | undefined;
  /** The owner's reaper may still be clearing the slot when the owner is gone. */
  reaper: number;
  marker: string;
}

/** Locks with a file that names the owner; a lock whose owner is gone is taken over. Undefined when it is held. */
export function lockSlot(file: string): (() => void) | undefined {
  if (!create(file, ownerText()) && !takeOver(file)) {
    return undefined;
  }
  const forget = registerPath(file);
  return () => {
    rmSync(file, { force: true });
    forget();
  };
}

/** Only one contender at a time looks at a stale lock, or two would each remove it and both believe to be the owner. */
function takeOver(file: string): boolean {
  const guard = `${file}.takeover`;
  if (!create(guard, `${process.pid}`)) {
    removeIfOlderThan(guard, 60_000);
    return false;
  }
  try {
    const owner = read(file);
    if (owner && (isRunning(owner.pid, owner.startedAt) || isRunning(owner.reaper))) {
      return false;
    }
    endLeftovers(owner);
    rmSync(file, { force: true });
    return create(file, ownerText());
  } finally {
    rmSync(guard, { force: true });
  }
}

/** Somebody killed the owner and its reaper too: its nodes would go on working in the slot. */
function endLeftovers(owner: Owner | undefined): void {
  if (owner && /^[0-9a-f-]{36}$/.test(owner.marker)) {
    endProcessesWith(`CLUSTER_HARNESS_RUN=${owner.marker}`);
  }
}

/** Creates the file with its whole text at once, so that nobody ever reads a half written lock. */
function create(file: string, text: string): boolean {
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, text);
  try {
    linkSync(draft, file);
    return true;
  } catch {
    return false;
  } finally {
    rmSync(draft, { force: true });
  }
}

function read(file: string): Owner | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Owner;
  } catch {
    return undefined;
  }
}

function removeIfOlderThan(file: string, milliseconds: number): void {
  try {
    if (Date.now() - statSync(file).mtimeMs > milliseconds) {
      rmSync(file, { force: true });
    }
  } catch {
    // Its owner removed it.
  }
}

function ownerText(): string {
  const owner: Owner = {
    pid: process.pid,
    startedAt: processInfo(process.pid)?.startedAt,
    reaper: reaperPid(),
    marker: runMarker.CLUSTER_HARNESS_RUN,
  };
  return JSON.stringify(owner);
}
