import { execFile } from 'node:child_process';
import { open, readFile, writeFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { describeWithQemu, qemu } from '../../../support/qemu.ts';
import { createQcow2, openQcow2 } from './support/open-qcow2.ts';
import { useScratch } from './support/scratch.ts';

const path = useScratch();

/** One way to damage an image: bytes put at an offset. */
interface Damage {
  readonly what: string;
  readonly at: number;
  readonly bytes: Buffer;
  readonly says: string;
  readonly base?: 'v3' | 'v2' | 'overlay' | 'snapshot';
}

const u32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};
const u64 = (value: bigint): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(value);
  return bytes;
};

const DAMAGES: readonly Damage[] = [
  { what: 'a wrong magic', at: 0, bytes: Buffer.from('QFJ'), says: 'Image is not in qcow2 format' },
  { what: 'version 1', at: 4, bytes: u32(1), says: 'Unsupported qcow2 version 1' },
  { what: 'version 4', at: 4, bytes: u32(4), says: 'Unsupported qcow2 version 4' },
  { what: 'clusters of 256 bytes', at: 20, bytes: u32(8), says: 'Unsupported cluster size: 2^8' },
  { what: 'clusters of 4 MiB', at: 20, bytes: u32(22), says: 'Unsupported cluster size: 2^22' },
  { what: 'absurd cluster bits', at: 20, bytes: u32(0xffffffff), says: 'Unsupported cluster size: 2^4294967295' },
  { what: 'a short header', at: 100, bytes: u32(100), says: 'qcow2 header too short' },
  { what: 'a header longer than a cluster', at: 100, bytes: u32(0x20000), says: 'qcow2 header exceeds cluster size' },
  { what: 'a backing file name beyond the first cluster', at: 8, bytes: u64(0x10001n), says: 'Invalid backing file offset' },
  { what: 'a long backing file name', at: 16, bytes: u32(1024), says: 'Backing file name too long', base: 'overlay' },
  { what: 'a named unknown feature', at: 72, bytes: u64(1n << 63n), says: 'Unsupported qcow2 feature(s): Unknown incompatible feature: 8000000000000000' },
  { what: 'the corrupt bit', at: 72, bytes: u64(2n), says: 'qcow2: Image is corrupt; cannot be opened read/write' },
  { what: 'the compression bit without a type', at: 72, bytes: u64(8n), says: 'qcow2: Compression type incompatible feature bit must not be set' },
  { what: 'an unknown compression type', at: 104, bytes: Buffer.from([7]), says: 'qcow2: unknown compression type: 7' },
  { what: 'refcounts of 128 bits', at: 96, bytes: u32(7), says: 'Reference count entry width too large; may not exceed 64 bits' },
  { what: 'an unknown encryption', at: 32, bytes: u32(3), says: 'Unsupported encryption method 3' },
  { what: 'no refcount table', at: 56, bytes: u32(0), says: 'Image does not contain a reference count table' },
  { what: 'a huge refcount table', at: 56, bytes: u32(0x7fffffff), says: 'Reference count table too large' },
  { what: 'an unaligned refcount table', at: 48, bytes: u64(0x10200n), says: 'Reference count table offset invalid' },
  { what: 'too many snapshots', at: 60, bytes: u32(65537), says: 'Snapshot table too large' },
  { what: 'an unaligned snapshot table', at: 60, bytes: Buffer.concat([u32(1), u64(0x10008n)]), says: 'Snapshot table offset invalid' },
  { what: 'a huge L1 table', at: 36, bytes: u32(0x7fffffff), says: 'Active L1 table too large' },
  { what: 'an unaligned L1 table', at: 40, bytes: u64(0x30200n), says: 'Active L1 table offset invalid' },
  { what: 'a far away L1 table', at: 40, bytes: u64(0xffffffffffff0000n), says: 'Active L1 table offset invalid', base: 'v2' },
  { what: 'a disk larger than the L1 table says', at: 24, bytes: u64(1n << 40n), says: 'L1 table is too small' },
  { what: 'an absurd disk size', at: 24, bytes: u64(1n << 62n), says: 'Image is too big' },
  { what: 'a header extension that does not fit', at: 116, bytes: u32(0x10000), says: 'Header extension too large' },
  { what: 'a long backing format', at: 116, bytes: u32(16), says: 'ERROR: ext_backing_format: len=16 too large (>=16)', base: 'overlay' },
  { what: 'too much extra data of a snapshot', at: 0x80024, bytes: u32(2000), says: 'Too much extra metadata in snapshot table entry 0', base: 'snapshot' },
];

async function damaged(base: string, { at, bytes }: Damage, name: string): Promise<string> {
  const image = await readFile(base);
  bytes.copy(image, at);
  await writeFile(path(name), image);
  return path(name);
}

describe('qcow2 images that are damaged', () => {
  beforeAll(() => createQcow2(path('base'), 64 * 2 ** 20));

  it.each(DAMAGES.filter(({ base }) => base === undefined))('are refused for $what and left as they are', async (damage) => {
    const image = await damaged(path('base'), damage, 'bad');
    const before = await readFile(image);
    await expect(openQcow2(image)).rejects.toMatchObject({ name: 'QapiError', message: damage.says });
    expect((await readFile(image)).equals(before)).toBe(true);
  });

  it('are refused when the file is empty or cut off', async () => {
    await writeFile(path('cut'), '');
    await expect(openQcow2(path('cut'))).rejects.toThrow('Image is not in qcow2 format');
    await writeFile(path('cut'), (await readFile(path('base'))).subarray(0, 30));
    await expect(openQcow2(path('cut'))).rejects.toThrow('qcow2 header too short');
  });

  it('open read-only with the corrupt bit', async () => {
    const image = await damaged(path('base'), { what: '', at: 72, bytes: u64(2n), says: '' }, 'corrupt');
    const opened = await openQcow2(image, { readOnly: true });
    expect(opened.image.facts().formatSpecific?.data).toMatchObject({ corrupt: true });
    await opened.close();
  });
});

describeWithQemu('qcow2 images that are damaged, beside QEMU', () => {
  beforeAll(async () => {
    await writeFile(path('raw'), Buffer.alloc(2 ** 20, 7));
    await qemu.img('create', '-q', '-f', 'qcow2', path('v3'), '64M');
    await qemu.img('create', '-q', '-f', 'qcow2', '-o', 'compat=0.10', path('v2'), '64M');
    await qemu.img('create', '-q', '-f', 'qcow2', '-b', path('raw'), '-F', 'raw', path('overlay'), '64M');
    await qemu.img('create', '-q', '-f', 'qcow2', path('snapshot'), '64M');
    await qemu.io(path('snapshot'), 'write 0 64k');
    await qemu.img('snapshot', '-c', 's', path('snapshot'));
  });

  it.each(DAMAGES)('are refused for $what in the same words', async (damage) => {
    const at = damage.base === 'snapshot' ? (await readFile(path('snapshot'))).readUIntBE(66, 6) + 36 : damage.at;
    const image = await damaged(path(damage.base ?? 'v3'), { ...damage, at }, 'bad-too');
    const before = await readFile(image);
    expect(await qemuSays(image)).toBe(damage.says);
    await expect(openQcow2(image)).rejects.toMatchObject({ name: 'QapiError', message: damage.says });
    expect((await readFile(image)).equals(before)).toBe(true);
  });

  it('are refused for unknown features under the names that the image gives', async () => {
    const image = await damaged(path('v3'), { what: '', at: 72, bytes: u64((1n << 40n) | (1n << 33n)), says: '' }, 'features');
    const file = await open(image, 'r+');
    await file.write(Buffer.from([0, 40, ...Buffer.from('time travel\0')]), 0, 14, 0x78);
    await file.close();
    const says = 'Unsupported qcow2 feature(s): time travel, Unknown incompatible feature: 200000000';
    expect(await qemuSays(image)).toBe(says);
    await expect(openQcow2(image)).rejects.toThrow(says);
  });

  it('are refused for features that this driver lacks', async () => {
    await qemu.img('create', '-q', '-f', 'qcow2', '-o', 'extended_l2=on', path('extended'), '64M');
    await expect(openQcow2(path('extended'))).rejects.toThrow('Unsupported qcow2 feature(s): extended L2 entries');
    await qemu.img('create', '-q', '-f', 'qcow2', '-o', `data_file=${path('data')}`, path('external'), '64M');
    await expect(openQcow2(path('external'))).rejects.toThrow('Unsupported qcow2 feature(s): external data file');
  });
});

/** QEMU's own words for why it does not open an image for writing. */
function qemuSays(image: string): Promise<string> {
  return new Promise((resolve) => {
    execFile('qemu-io', ['-f', 'qcow2', '-c', 'quit', image], { timeout: 30_000 }, (_error, _stdout, stderr) => {
      resolve(stderr.split('\n')[0]?.replace(/^qemu-io: can't open( device [^:]*)?: (Could not open '[^']*': )?/, '') ?? '');
    });
  });
}
