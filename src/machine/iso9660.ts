import type { FileHandle } from 'node:fs/promises';

/** Bytes of a logical sector (ECMA-119, 6.1.2). */
const SECTOR = 2048;
const PRIMARY = 16;
const TERMINATOR = 17;
const LITTLE_PATH_TABLE = 18;
const BIG_PATH_TABLE = 19;
const ROOT = 20;
const FIRST_FILE = 21;

/** Whether the file begins as an ISO 9660 volume does. */
export async function isIso9660(file: FileHandle): Promise<boolean> {
  const head = Buffer.alloc(6);
  const { bytesRead } = await file.read(head, 0, head.length, PRIMARY * SECTOR);
  return bytesRead === head.length && head.toString('latin1', 1, 6) === 'CD001';
}

export interface IsoFile {
  /** Upper-case 8.3 name without a version. */
  readonly name: string;
  readonly content: Buffer;
}

/** A minimal ISO 9660 volume with one folder. */
export function buildIso9660(volume: string, files: readonly IsoFile[]): Buffer {
  const sizes = files.map(({ content }) => Math.ceil(content.length / SECTOR));
  const sectors = FIRST_FILE + sizes.reduce((sum, size) => sum + size, 0);
  const image = Buffer.alloc(sectors * SECTOR);
  primaryDescriptor(volume, sectors).copy(image, PRIMARY * SECTOR);
  image.write('\xffCD001\x01', TERMINATOR * SECTOR, 'latin1');
  pathTable('little').copy(image, LITTLE_PATH_TABLE * SECTOR);
  pathTable('big').copy(image, BIG_PATH_TABLE * SECTOR);
  const records = [record('\0', ROOT, { size: SECTOR, folder: true }), record('\x01', ROOT, { size: SECTOR, folder: true })];
  let sector = FIRST_FILE;
  files.forEach(({ name, content }, index) => {
    records.push(record(`${name};1`, sector, { size: content.length, folder: false }));
    content.copy(image, sector * SECTOR);
    sector += sizes[index]!;
  });
  Buffer.concat(records).copy(image, ROOT * SECTOR);
  return image;
}

/** ECMA-119, 8.4. */
function primaryDescriptor(volume: string, sectors: number): Buffer {
  const at = Buffer.alloc(SECTOR);
  at.write('\x01CD001\x01', 0, 'latin1');
  at.fill(' ', 8, 72);
  at.write(volume, 40, 'latin1');
  bothOrders32(at, 80, sectors);
  bothOrders16(at, 120, 1);
  bothOrders16(at, 124, 1);
  bothOrders16(at, 128, SECTOR);
  bothOrders32(at, 132, pathTable('little').length);
  at.writeUInt32LE(LITTLE_PATH_TABLE, 140);
  at.writeUInt32BE(BIG_PATH_TABLE, 148);
  record('\0', ROOT, { size: SECTOR, folder: true }).copy(at, 156);
  at.fill(' ', 190, 813);
  for (const offset of [813, 830, 847, 864]) at.write('0000000000000000\0', offset, 'latin1');
  at[881] = 1;
  return at;
}

/** ECMA-119, 9.4: the root alone. */
function pathTable(order: 'little' | 'big'): Buffer {
  const at = Buffer.alloc(10);
  at[0] = 1;
  if (order === 'little') at.writeUInt32LE(ROOT, 2);
  else at.writeUInt32BE(ROOT, 2);
  if (order === 'little') at.writeUInt16LE(1, 6);
  else at.writeUInt16BE(1, 6);
  return at;
}

/** ECMA-119, 9.1; dated 2016-12-20, when the emulated QEMU was new. */
function record(name: string, sector: number, { size, folder }: { size: number; folder: boolean }): Buffer {
  const at = Buffer.alloc(33 + name.length + (name.length % 2 === 0 ? 1 : 0));
  at[0] = at.length;
  bothOrders32(at, 2, sector);
  bothOrders32(at, 10, size);
  at.set([116, 12, 20, 12, 0, 0, 0], 18);
  at[25] = folder ? 2 : 0;
  bothOrders16(at, 28, 1);
  at[32] = name.length;
  at.write(name, 33, 'latin1');
  return at;
}

function bothOrders16(at: Buffer, offset: number, value: number): void {
  at.writeUInt16LE(value, offset);
  at.writeUInt16BE(value, offset + 2);
}

function bothOrders32(at: Buffer, offset: number, value: number): void {
  at.writeUInt32LE(value, offset);
  at.writeUInt32BE(value, offset + 4);
}
