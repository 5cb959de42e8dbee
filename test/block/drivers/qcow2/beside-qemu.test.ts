import { open, readFile, writeFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { describeWithQemu, qemu } from '../../../support/qemu.ts';
import type { Qcow2CreateOptions } from '../../../../src/block/drivers/qcow2/options.ts';
import { createQcow2, openQcow2, readAll } from './support/open-qcow2.ts';
import { Random, useScratch } from './support/scratch.ts';

const path = useScratch();
const MIB = 2 ** 20;

async function info(image: string): Promise<Record<string, unknown>> {
  const { filename: _filename, 'actual-size': _actualSize, ...rest } = JSON.parse(await qemu.img('info', '--output=json', image)) as Record<string, unknown>;
  return rest;
}

async function expectEqual(image: string, content: Buffer): Promise<void> {
  await writeFile(path('model'), content);
  await qemu.img('compare', '-f', 'qcow2', '-F', 'raw', image, path('model'));
  expect(await qemu.img('check', image)).toContain('No errors were found');
}

/** Text that packs well, in every cluster something else. */
const packable = (length: number): Buffer => Buffer.from(Array.from({ length: Math.ceil(length / 16) }, (_, i) => `line ${String(i >> 4).padStart(10, '.')}\n`).join('')).subarray(0, length);

const EMPTY: readonly [Qcow2CreateOptions, string, number][] = [
  [{}, 'cluster_size=64k', 1024 * MIB],
  [{ version: 'v2' }, 'compat=0.10', 100 * MIB],
  [{ 'cluster-size': 512 }, 'cluster_size=512', 120 * MIB],
  [{ 'cluster-size': 2 * MIB, 'refcount-bits': 1 }, 'cluster_size=2M,refcount_bits=1', 1024 * 1024 * MIB],
  [{ 'cluster-size': 8192, 'lazy-refcounts': true }, 'cluster_size=8k,lazy_refcounts=on', 8 * MIB],
  [{}, 'cluster_size=64k', 0],
  [{ 'cluster-size': 4096, 'backing-file': 'base.raw', 'backing-fmt': 'raw' }, 'cluster_size=4k,backing_file=base.raw,backing_fmt=raw', 5 * MIB],
  [{ 'backing-file': 'base.raw', 'backing-fmt': 'raw' }, 'backing_file=base.raw,backing_fmt=raw', 5 * MIB],
];

describeWithQemu('qcow2 beside QEMU', () => {
  it.each(EMPTY)('creates %j byte for byte as qemu-img does', async (options, spelled, size) => {
    await writeFile(path('base.raw'), Buffer.alloc(MIB));
    await createQcow2(path('ours'), size, options);
    await qemu.img('create', '-q', '-f', 'qcow2', '-o', spelled, path('theirs'), String(size));
    expect((await readFile(path('ours'))).equals(await readFile(path('theirs')))).toBe(true);
  });

  it.each([[{ preallocation: 'metadata' }, 'preallocation=metadata'], [{ preallocation: 'full', 'cluster-size': 512 }, 'preallocation=full,cluster_size=512'],
    [{ preallocation: 'falloc', 'cluster-size': 4096 }, 'preallocation=falloc,cluster_size=4k']] as const)(
    'preallocates %j to an image with the same facts and allocation', async (options, spelled) => {
      await createQcow2(path('ours'), 20 * MIB, options);
      await qemu.img('create', '-q', '-f', 'qcow2', '-o', spelled, path('theirs'), String(20 * MIB));
      expect(await info(path('ours'))).toEqual(await info(path('theirs')));
      const check = async (image: string): Promise<string | undefined> => /^\d+\/\d+ = .*% allocated/m.exec(await qemu.img('check', image))?.[0];
      expect(await check(path('ours'))).toBe(await check(path('theirs')));
    });

  it.each([
    [{ 'cluster-size': 513 }, 'Cluster size must be a power of two between 512 and 2048k'],
    [{ 'refcount-bits': 3 }, 'Refcount width must be a power of two and may not exceed 64 bits'],
    [{ 'refcount-bits': 8, version: 'v2' }, 'Different refcount widths than 16 bits require compatibility level 1.1 or above (use version=v3 or greater)'],
    [{ 'lazy-refcounts': true, version: 'v2' }, 'Lazy refcounts only supported with compatibility level 1.1 and above (use version=v3 or greater)'],
    [{ 'backing-fmt': 'raw' }, 'Backing format cannot be used without backing file'],
  ] as const)('refuses to create %j in QEMU\'s words', async (options, says) => {
    await expect(createQcow2(path('refused'), MIB, options)).rejects.toThrow(says);
  });

  it.each([512, 4096, 65536, 2 * MIB])('reads what qemu-img compressed, and writes compressed clusters that QEMU reads (%i)', async (clusterSize) => {
    const content = packable(5 * MIB + 512);
    new Random(clusterSize).bytes(300_000).copy(content, MIB);
    await writeFile(path('raw'), content);
    await qemu.img('convert', '-c', '-f', 'raw', '-O', 'qcow2', '-o', `cluster_size=${clusterSize}`, path('raw'), path('packed'));
    const theirs = await openQcow2(path('packed'));
    expect((await readAll(theirs.image)).equals(content)).toBe(true);
    await theirs.image.write(12345, Buffer.alloc(100_000, 5));
    await theirs.close();
    await expectEqual(path('packed'), Buffer.from(content).fill(5, 12345, 112345));

    await createQcow2(path('ours'), content.length, { 'cluster-size': clusterSize });
    const ours = await openQcow2(path('ours'));
    const step = Math.max(clusterSize, MIB);
    for (let at = 0; at < content.length; at += step) await ours.image.write(at, content.subarray(at, at + step), { compressed: true });
    // As in QEMU, what has a place in the file is not packed again.
    await expect(ours.image.write(0, content.subarray(0, clusterSize), { compressed: true })).rejects.toMatchObject({ code: 'EIO' });
    await ours.close();
    await expectEqual(path('ours'), content);
  });

  it('is read by qemu-io', async () => {
    await createQcow2(path('io'), 8 * MIB);
    const { image, close } = await openQcow2(path('io'));
    await image.write(MIB, Buffer.alloc(MIB, 0xab));
    await image.flush();
    await close();
    expect(await qemu.io(path('io'), 'read -P 0 0 1M', 'read -P 0xab 1M 1M', 'read -P 0 2M 6M')).not.toContain('failed');
  });

  it.each(['512', '4k', '64k'])('grows and shrinks (%s clusters)', async (clusterSize) => {
    const image = path('sized');
    await qemu.img('create', '-q', '-f', 'qcow2', '-o', `cluster_size=${clusterSize}`, image, '1000k');
    const model = Buffer.alloc(12 * MIB);
    let length = 1000 * 1024;
    const opened = await openQcow2(image);
    const random = new Random(7);
    for (const next of [3 * MIB + 512, 12 * MIB, 700 * 1024 + 512, 8 * MIB, 512, 2 * MIB]) {
      const bytes = random.bytes(length - 1000 > 0 ? length - 1000 : length);
      await opened.image.write(0, bytes);
      bytes.copy(model);
      await opened.image.truncate(next);
      model.fill(0, Math.min(next, length));
      length = next;
      expect(opened.image.length).toBe(length);
      expect((await readAll(opened.image)).equals(model.subarray(0, length))).toBe(true);
    }
    await expect(opened.image.truncate(1000)).rejects.toThrow('The new size must be a multiple of 512');
    await opened.close();
    await expectEqual(image, model.subarray(0, length));
  });

  it('rebuilds refcounts that were left dirty before it writes', async () => {
    const image = path('dirty');
    await qemu.img('create', '-q', '-f', 'qcow2', '-o', 'lazy_refcounts=on,cluster_size=4k', image, '4M');
    await qemu.io(image, 'write -P 1 0 1M');
    await qemu.img('snapshot', '-c', 's', image);
    await qemu.io(image, 'write -P 2 512k 1M');
    const file = await open(image, 'r+');
    await file.write(Buffer.from([1]), 0, 1, 79);
    const header = await readFile(image);
    const block = Number((await readFile(image)).readBigUInt64BE(Number(header.readBigUInt64BE(48))));
    await file.write(Buffer.alloc(300), 0, 300, block + 600);
    await file.close();
    await expect(qemu.img('check', image)).rejects.toThrow();
    const readOnly = await openQcow2(image, { readOnly: true });
    expect(readOnly.image.facts().dirty).toBe(true);
    await readOnly.close();
    const opened = await openQcow2(image);
    expect(opened.image.facts().dirty).toBe(false);
    await opened.image.write(2 * MIB, Buffer.alloc(MIB, 3));
    await opened.close();
    const model = Buffer.alloc(4 * MIB);
    await expectEqual(image, model.fill(1, 0, MIB / 2).fill(2, MIB / 2, MIB * 1.5).fill(3, 2 * MIB, 3 * MIB));
  });

  it('changes the backing file as qemu-img rebase does', async () => {
    await writeFile(path('base.raw'), Buffer.alloc(MIB));
    for (const name of ['ours', 'theirs']) await qemu.img('create', '-q', '-f', 'qcow2', '-b', path('base.raw'), '-F', 'raw', path(name));
    await qemu.img('rebase', '-u', '-f', 'qcow2', '-b', 'elsewhere.raw', '-F', 'raw', path('theirs'));
    const opened = await openQcow2(path('ours'));
    await opened.image.changeBackingFile('elsewhere.raw', 'raw');
    expect(opened.image.facts()).toMatchObject({ backingFilename: 'elsewhere.raw', backingFormat: 'raw' });
    await expect(opened.image.changeBackingFile('x'.repeat(1024), 'raw')).rejects.toMatchObject({ code: 'EINVAL' });
    await opened.close();
    expect((await readFile(path('ours'))).equals(await readFile(path('theirs')))).toBe(true);
  });

  it('refuses a write that would hit metadata, marks the image corrupt and takes no more requests', async () => {
    const image = path('overlap');
    await createQcow2(image, MIB);
    const first = await openQcow2(image);
    await first.image.write(0, Buffer.alloc(65536, 1));
    await first.close();
    const file = await open(image, 'r+');
    const { buffer: l1 } = await file.read(Buffer.alloc(8), 0, 8, 0x30000);
    await file.write(Buffer.from([0x80, 0, 0, 0, 0, 3, 0, 0]), 0, 8, Number(l1.readBigUInt64BE() & 0x00fffffffffffe00n));
    await file.close();
    const opened = await openQcow2(image);
    const reports: unknown[] = [];
    opened.image.onCorruption = (report) => reports.push(report);
    await expect(opened.image.write(0, Buffer.alloc(65536, 2))).rejects.toMatchObject({ code: 'EIO' });
    expect(reports).toEqual([{ message: 'Preventing invalid write on metadata (overlaps with active L1 table)', fatal: true, offset: 0x30000, length: 65536 }]);
    await expect(opened.image.read(0, Buffer.alloc(512))).rejects.toMatchObject({ code: 'ENOMEDIUM' });
    await opened.close();
    expect(await info(image)).toMatchObject({ 'format-specific': { data: { corrupt: true } } });
  });

  it('states the same facts as qemu-img', async () => {
    for (const [name, options] of [['v3', 'refcount_bits=8,lazy_refcounts=on,cluster_size=4k'], ['v2', 'compat=0.10']] as const) {
      await qemu.img('create', '-q', '-f', 'qcow2', '-o', options, path(name), '10M');
      const { image, close } = await openQcow2(path(name), { readOnly: true });
      const theirs = await info(path(name));
      expect(image.facts().formatSpecific).toEqual(theirs['format-specific']);
      expect(image.facts().clusterSize).toBe(theirs['cluster-size']);
      await close();
    }
  });
});
