import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { EXTENSION, LOCK } from './host-backups';

/** Names of the files whose backup has begun, as their locks say, and has not ended or was cut off. */
export async function lockedFiles(work: string): Promise<string[]> {
  const names = await readdir(work).catch(() => []);
  return names.filter((name) => name.endsWith(LOCK)).map((name) => name.slice(0, -'.lock'.length));
}

/** A backup that was cut off: half a file would be listed as a whole one as soon as its lock is gone. */
export async function removeRemains(file: string, folders: { readonly kept: string; readonly work: string }) {
  const baseName = file.slice(0, -EXTENSION.length);
  await rm(path.join(folders.kept, file), { force: true });
  await rm(path.join(folders.kept, `${baseName}_metadata.json`), { force: true });
  await rm(path.join(folders.work, baseName), { recursive: true, force: true });
  await rm(path.join(folders.work, `${file}.lock`), { force: true });
}
