import { createDecipheriv, scrypt } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, open, rm, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { inflateRawSync } from 'node:zlib';

/** What NocoBase's backup plugin writes into `_metadata.json`. */
export interface BackupMetadata {
  readonly version: string;
  readonly database: {
    readonly dialect: string;
    readonly underscored?: boolean;
    readonly tablePrefix?: string;
    readonly schema?: string;
    readonly version?: string;
  };
  readonly plugins: readonly { readonly name: string; readonly version?: string; readonly packageName?: string }[];
}

export type BackupSight =
  { readonly readable: true; readonly metadata: BackupMetadata } | { readonly readable: false; readonly why: string };

const ENTRY = '_metadata.json';
/** The dump itself; only that it is there is looked for. */
const DUMP = 'data';

/** As the host's plugin encrypts: a salt of its own, and the first bytes of the file start the chain. */
const SALT = 'backup salt';
const IV_LENGTH = 16;

/** What the host itself writes around a dump of MySQL or MariaDB is smaller, and any app is larger. */
const LEAST = 1_000;

const ZIP_START = 0x04034b50;
const END_OF_DIRECTORY = 0x06054b50;
const END_OF_DIRECTORY_64 = 0x06064b50;
const LOCATOR_64 = 0x07064b50;
const LONGEST_END = 22 + 0xffff + 20;

/** Looks into a backup without unpacking its dump: into the file itself, because what lies beside it may be another's. */
export async function lookIntoBackup(file: string, password?: string): Promise<BackupSight> {
  const plain = await isZip(file).catch(() => undefined);
  if (plain === undefined) return unreadable('The file of the backup cannot be read.');
  // The host would decrypt what is not encrypted, after every node has stopped.
  if (plain) return password ? unreadable('It is not encrypted: leave the password out.') : readZip(file);
  if (!password)
    return unreadable('It is no archive that NocoBase has written, or it is encrypted: give its password.');
  return decrypted(file, password, readZip);
}

/** Rejects when the file cannot be read. */
export async function isEncrypted(file: string): Promise<boolean> {
  return !(await isZip(file));
}

function unreadable(why: string): BackupSight {
  return { readable: false, why };
}

async function decrypted(file: string, password: string, look: (plain: string) => Promise<BackupSight>) {
  const place = await mkdtemp(path.join(tmpdir(), 'cluster-maintenance-'));
  try {
    const plain = path.join(place, 'backup.zip');
    const key = (await promisify(scrypt)(password, SALT, 32)) as Buffer;
    const iv = await withFile(file, (handle) => bytes(handle, 0, IV_LENGTH));
    const decipher = createDecipheriv('aes-256-cbc', key, iv);
    await pipeline(createReadStream(file, { start: IV_LENGTH }), decipher, createWriteStream(plain));
    // One wrong password in 256 seems to fit, and gives nonsense.
    if (!(await isZip(plain))) throw new Error('It was no archive.');
    return await look(plain);
  } catch {
    return unreadable('The password does not open it.');
  } finally {
    await rm(place, { recursive: true, force: true });
  }
}

async function isZip(file: string): Promise<boolean> {
  const start = await withFile(file, (handle) => bytes(handle, 0, 4));
  return start.length === 4 && start.readUInt32LE(0) === ZIP_START;
}

async function readZip(file: string): Promise<BackupSight> {
  try {
    return await withFile(file, async (handle) => {
      const entries = await directoryOf(handle);
      const entry = entries.get(ENTRY);
      if (!entry || !entries.has(DUMP)) return unreadable(`It lacks ${entry ? DUMP : ENTRY}, so it is no backup.`);
      const metadata: unknown = JSON.parse((await content(handle, entry)).toString('utf8'));
      if (!isMetadata(metadata)) return unreadable(`Its ${ENTRY} does not say what it is.`);
      const isEmpty = isMySql(metadata) && (entries.get(DUMP)?.size ?? 0) < LEAST;
      return isEmpty ? unreadable('Its dump is empty: mysqldump had failed.') : { readable: true, metadata };
    });
  } catch {
    return unreadable('The archive is broken, or was cut off.');
  }
}

interface Entry {
  readonly offset: number;
  /** Unpacked, in bytes. */
  readonly size: number;
  readonly packed: number;
  readonly isDeflated: boolean;
}

/** The list at the end of a zip archive: an archive that was cut off has none. */
async function directoryOf(handle: FileHandle): Promise<ReadonlyMap<string, Entry>> {
  const { size } = await handle.stat();
  const tailStart = Math.max(0, size - LONGEST_END);
  const tail = await bytes(handle, tailStart, size - tailStart);
  const end = tail.lastIndexOf(signature(END_OF_DIRECTORY));
  if (end < 0) throw new Error('There is no list of entries.');
  let [length, start] = [tail.readUInt32LE(end + 12), tail.readUInt32LE(end + 16)];
  const locator = tail.lastIndexOf(signature(LOCATOR_64), end);
  if (start === 0xffffffff && locator >= 0) {
    const large = await bytes(handle, Number(tail.readBigUInt64LE(locator + 8)), 56);
    if (large.readUInt32LE(0) !== END_OF_DIRECTORY_64) throw new Error('The list of entries is broken.');
    [length, start] = [Number(large.readBigUInt64LE(40)), Number(large.readBigUInt64LE(48))];
  }
  return entriesIn(await bytes(handle, start, length));
}

function entriesIn(directory: Buffer): ReadonlyMap<string, Entry> {
  const entries = new Map<string, Entry>();
  for (let at = 0; at + 46 <= directory.length;) {
    const nameEnd = at + 46 + directory.readUInt16LE(at + 28);
    const extraEnd = nameEnd + directory.readUInt16LE(at + 30);
    const header = directory.subarray(at, at + 46);
    entries.set(
      directory.toString('utf8', at + 46, nameEnd),
      entryOf(header, largeFields(directory.subarray(nameEnd, extraEnd))),
    );
    at = extraEnd + directory.readUInt16LE(at + 32);
  }
  return entries;
}

/** Sizes and the place behind four gigabytes stand in a field of their own, in the order in which they are missing. */
function entryOf(header: Buffer, large: Buffer): Entry {
  let used = 0;
  const field = (at: number) => {
    const value = header.readUInt32LE(at);
    if (value !== 0xffffffff || used + 8 > large.length) return value;
    used += 8;
    return Number(large.readBigUInt64LE(used - 8));
  };
  const [size = 0, packed = 0, offset = 0] = [field(24), field(20), field(42)];
  return { offset, size, packed, isDeflated: header.readUInt16LE(10) === 8 };
}

function largeFields(extra: Buffer): Buffer {
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) === 1) return extra.subarray(at + 4, at + 4 + extra.readUInt16LE(at + 2));
  }
  return Buffer.alloc(0);
}

async function content(handle: FileHandle, { offset, packed, isDeflated }: Entry): Promise<Buffer> {
  const header = await bytes(handle, offset, 30);
  const start = offset + 30 + header.readUInt16LE(26) + header.readUInt16LE(28);
  const data = await bytes(handle, start, packed);
  return isDeflated ? inflateRawSync(data) : data;
}

function signature(value: number): Buffer {
  const buffer = Buffer.alloc(4);
  buffer.writeUInt32LE(value);
  return buffer;
}

async function bytes(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, position);
  return buffer.subarray(0, bytesRead);
}

async function withFile<T>(file: string, look: (handle: FileHandle) => Promise<T>): Promise<T> {
  const handle = await open(file, 'r');
  try {
    return await look(handle);
  } finally {
    await handle.close();
  }
}

function isMySql({ database }: BackupMetadata): boolean {
  return ['mysql', 'mariadb'].includes(database.dialect);
}

function isMetadata(value: unknown): value is BackupMetadata {
  if (typeof value !== 'object' || value === null) return false;
  const { version, database, plugins } = value as Partial<BackupMetadata>;
  return typeof version === 'string' && typeof database?.dialect === 'string' && Array.isArray(plugins);
}
