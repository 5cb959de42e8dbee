import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import qcow2 from '../../../../src/block/drivers/qcow2/index.ts';
import type { OpenImage } from '../../../../src/block/driver.ts';
import { describeWithQemu, qemu } from '../../../support/qemu.ts';
import { MemoryFile } from './support/memory-file.ts';
import { createQcow2 } from './support/open-qcow2.ts';
import { Random, seed, useScratch } from './support/scratch.ts';
import { runWorkload } from './support/workload.ts';

const path = useScratch();
const SIZE = 2 ** 20;

const openMemory = (file: MemoryFile, cacheBytes = 2048): Promise<OpenImage> => qcow2.open({
  options: { 'l2-cache-size': cacheBytes, 'refcount-cache-size': cacheBytes, 'cache-clean-interval': 0 }, children: { file }, readOnly: false, unmap: true,
});

const named = (name: string) => ({ name, dateSeconds: 1_700_000_000, dateNanoseconds: 5, vmClockNanoseconds: 7n });

/** The exit status of qemu-img check: 0 sound, 3 leaks only. */
function check(image: string): Promise<number> {
  return new Promise((resolve) => {
    execFile('qemu-img', ['check', image], { timeout: 30_000 }, (error) => {
      resolve(error === null ? 0 : typeof error.code === 'number' ? error.code : -1); // -1: it did not end by itself
    });
  });
}

async function contentOf(image: OpenImage): Promise<Buffer> {
  const bytes = Buffer.alloc(image.length);
  await image.read(0, bytes);
  return bytes;
}

describeWithQemu(`internal snapshots of qcow2 (QMON_SEED=${seed})`, () => {
  for (const [clusterSize, refcountBits] of [[512, 16], [1024, 4], [4096, 64], [65536, 8]] as const) {
    it(`keep each state and exact counts (${clusterSize} byte clusters, ${refcountBits} bit refcounts)`, async () => {
      await createQcow2(path('image'), SIZE, { 'cluster-size': clusterSize, 'refcount-bits': refcountBits });
      const random = new Random(seed + clusterSize);
      const model = Buffer.alloc(SIZE);
      const states = new Map<string, Buffer>();
      const file = new MemoryFile(await readFile(path('image')));
      const image = await openMemory(file);
      const soundImage = async () => {
        await image.flush();
        await writeFile(path('sound'), file.content);
        expect(await check(path('sound'))).toBe(0);
      };
      for (let round = 0; round < 8; round++) {
        await runWorkload(image, { random, model, clusterSize, discardZeroes: true }, 6);
        await image.createSnapshot!(named(`s${round}`));
        states.set(`s${round}`, Buffer.from(model));
        await soundImage();
        if (round % 3 !== 2) continue;
        const [victim] = image.facts().snapshots!.slice(random.below(2));
        await image.deleteSnapshot!(victim!.id);
        states.delete(victim!.name);
        await soundImage();
      }
      expect((await contentOf(image)).equals(model)).toBe(true);
      await image.close();
      for (const [name, state] of states) {
        await writeFile(path('back'), file.content);
        await qemu.img('snapshot', '-a', name, path('back'));
        await qemu.img('convert', '-O', 'raw', path('back'), path('raw'));
        expect((await readFile(path('raw'))).equals(state), name).toBe(true);
      }
    });
  }

  it.each([2048, SIZE])('leave no trace of their tables, of which %i bytes are kept in memory', async (cacheBytes) => {
    await createQcow2(path('image'), SIZE, { 'cluster-size': 512 });
    const random = new Random(seed);
    const model = Buffer.alloc(SIZE);
    const file = new MemoryFile(await readFile(path('image')));
    const image = await openMemory(file, cacheBytes);
    for (let round = 0; round < 30; round++) {
      await runWorkload(image, { random, model, clusterSize: 512, discardZeroes: true }, 3);
      await image.createSnapshot!(named(`s${round}`));
      if (round % 3 > 0) await image.deleteSnapshot!(random.pick(image.facts().snapshots!).id);
      expect((await contentOf(image)).equals(model), `round ${round}`).toBe(true);
    }
    await image.close();
    const again = await openMemory(file, cacheBytes);
    expect((await contentOf(again)).equals(model)).toBe(true);
    await again.close();
  });

  it.each(['v2', 'v3'] as const)('lose nothing when they are interrupted at any write, and leave leaks at most (%s)', async (version) => {
    await createQcow2(path('new'), SIZE, { 'cluster-size': 4096, version });
    await qemu.io(path('new'), 'write -P 7 0 600k');
    await qemu.img('snapshot', '-c', 'old', path('new'));
    await qemu.io(path('new'), 'write -P 8 100k 200k');
    const base = await readFile(path('new'));
    const before = await contentOf(await openMemory(new MemoryFile(base)));
    let isInterrupted = true;
    for (let stop = 1; isInterrupted; stop++) {
      const file = new MemoryFile(base);
      const image = await openMemory(file);
      file.failFrom = file.changes + stop;
      isInterrupted = await image.createSnapshot!(named('new')).then(() => image.deleteSnapshot!('1')).then(() => false, () => true);
      await image.close().catch((error: unknown) => expect(error).toMatchObject({ name: 'IoError' }));
      for (const left of [file.content, file.afterPowerLoss(new Random(seed + stop))]) await checkLeft(left, before, stop);
    }
  });

  async function checkLeft(left: Buffer, before: Buffer, stop: number): Promise<void> {
    await writeFile(path('left'), left);
    expect([0, 3], `write ${stop}`).toContain(await check(path('left')));
    const image = await openMemory(new MemoryFile(left));
    expect((await contentOf(image)).equals(before), `write ${stop}`).toBe(true);
    await image.close();
  }

  it('are refused where an L2 table would lie behind the end of the file, without a look at all that is not there', async () => {
    await createQcow2(path('far'), SIZE);
    const content = await readFile(path('far'));
    content.writeBigUInt64BE(1n << 44n, Number(content.readBigUInt64BE(40)));
    const file = new MemoryFile(content);
    const image = await openMemory(file);
    await expect(image.createSnapshot!(named('s'))).rejects.toMatchObject({ code: 'EIO' });
    await image.close();
    expect(file.content.equals(content)).toBe(true);
  });

  it('are refused where a count has no room, and nothing changes', async () => {
    await createQcow2(path('one'), SIZE, { 'refcount-bits': 1 });
    await qemu.io(path('one'), 'write -P 7 0 600k');
    const file = new MemoryFile(await readFile(path('one')));
    const image = await openMemory(file);
    await expect(image.createSnapshot!(named('s'))).rejects.toMatchObject({ code: 'EINVAL' });
    expect(image.facts()).toMatchObject({ dirty: false, snapshots: [] });
    await image.close();
    expect(file.content.equals(await readFile(path('one')))).toBe(true);
  });
});
