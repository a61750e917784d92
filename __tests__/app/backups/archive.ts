import { deflateRawSync } from 'node:zlib';

/** A zip archive of these entries, as the host's backup plugin would pack them. */
export function archiveOf(entries: Readonly<Record<string, string | Buffer>>, packed = true): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [name, given] of Object.entries(entries)) {
    const plain = Buffer.from(given as Buffer);
    const content = packed ? deflateRawSync(plain) : plain;
    const common = commonFields(packed, plain, content, name);
    const local = Buffer.concat([u32(0x04034b50), common, Buffer.from(name), content]);
    const place = [u16(0), u16(0), u16(0), u32(0), u32(offset)];
    directory.push(Buffer.concat([u32(0x02014b50), u16(20), common, ...place, Buffer.from(name)]));
    parts.push(local);
    offset += local.length;
  }
  const list = Buffer.concat(directory);
  const count = u16(directory.length);
  const end = [u32(0x06054b50), u16(0), u16(0), count, count, u32(list.length), u32(offset), u16(0)];
  return Buffer.concat([...parts, list, ...end]);
}

/** The fields that stand before a file and in the list alike; nobody here asks for the checksum. */
function commonFields(packed: boolean, plain: Buffer, content: Buffer, name: string): Buffer {
  const sizes = [u32(checksum(plain)), u32(content.length), u32(plain.length)];
  return Buffer.concat([u16(20), u16(0), u16(packed ? 8 : 0), u32(0), ...sizes, u16(name.length), u16(0)]);
}

function checksum(content: Buffer): number {
  let crc = 0xffffffff;
  for (const byte of content) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}

function u16(value: number): Buffer {
  const buffer = Buffer.alloc(2);
  buffer.writeUInt16LE(value);
  return buffer;
}

function u32(value: number): Buffer {
  const buffer = Buffer.alloc(4);
  buffer.writeUInt32LE(value);
  return buffer;
}
