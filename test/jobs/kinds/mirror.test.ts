import { describe, expect, it } from 'vitest';
import { BlockBackend } from '../../../src/block/backend.ts';
import { IoError } from '../../../src/block/io-error.ts';
import type { BlockNode } from '../../../src/block/node.ts';
import type { BlockJob } from '../../../src/jobs/block-job.ts';
import { JobTable } from '../../../src/jobs/job-table.ts';
import { startActiveCommit, startMirror } from '../../../src/jobs/kinds/mirror.ts';
import type { MirrorRequest } from '../../../src/jobs/kinds/mirror.ts';
import { MemoryImage, memoryGraph, memoryNode } from '../../support/memory-image.ts';
import { Random } from '../../support/random-bytes.ts';

const MIB = 1 << 20;
const LENGTH = 8 * MIB;

async function contents(node: BlockNode): Promise<Buffer> {
  const bytes = Buffer.alloc(node.io.length);
  await node.io.read(0, bytes);
  return bytes;
}

/** base (shorter) <- source, which a device uses; and an empty target. */
async function disk(targetLength = LENGTH) {
  const random = new Random(23);
  const baseImage = new MemoryImage({ length: LENGTH / 2, clusterSize: 32768 });
  const base = await memoryNode('base', baseImage);
  await base.io.write(MIB, random.bytes(MIB));
  const sourceImage = new MemoryImage({ length: LENGTH });
  const source = await memoryNode('source', sourceImage, base);
  await source.io.write(3 * MIB, random.bytes(2 * MIB));
  await source.io.writeZeroes(6 * MIB, 65536);
  const targetImage = new MemoryImage({ length: targetLength });
  const target = await memoryNode('target', targetImage);
  const device = new BlockBackend({ name: 'd0' });
  device.insert(source);
  await memoryGraph.release(source);
  const jobs = new JobTable();
  const heard: [string, Readonly<Record<string, unknown>>][] = [];
  jobs.onEvent((name, data) => heard.push([name, data]));
  const start = (request: Partial<MirrorRequest> = {}) => startMirror(jobs, { id: 'm0', source, target, sync: 'full', graph: memoryGraph, ...request });
  const commit = () => startActiveCommit(jobs, { id: 'c0', active: source, base, graph: memoryGraph });
  return { base, baseImage, source, sourceImage, target, targetImage, device, heard, start, commit };
}

/** Guests that write to a device, each to an area of its own, until they are told to end. */
function hammer(device: BlockBackend, expected: Buffer) {
  const random = new Random(29);
  let isRunning = true;
  const guest = async (area: number) => {
    while (isRunning) {
      const length = 512 * (1 + random.next(100));
      const offset = area * 2 * MIB + 512 * random.next((2 * MIB - length) / 512);
      const bytes = random.bytes(length);
      bytes.copy(expected, offset);
      await device.write(offset, bytes);
      if (random.next(10) === 0) await new Promise((resolve) => { setTimeout(resolve, 1); });
    }
  };
  const guests = [0, 1, 2, 3].map(guest);
  return async () => {
    isRunning = false;
    await Promise.all(guests);
  };
}

const ready = (job: BlockJob) => expect.poll(() => job.isReady || job.error, { timeout: 10_000 }).toBe(true);

describe('a mirror', () => {
  it.each(['full', 'top', 'none'] as const)('of sync %s loses no write of a guest that never rests, and moves the device', async (sync) => {
    const { source, sourceImage, base, target, device, start } = await disk();
    const expected = await contents(source);
    const rest = hammer(device, expected);
    const below = sync === 'full' ? undefined : sync === 'top' ? base : source;
    const job = await start({ sync, backingAtEnd: async () => {
      if (below !== undefined) below.references++;
      return below;
    } });
    await ready(job);
    job.complete();
    await job.done;
    await rest();
    expect(job.error).toBeUndefined();
    expect(device.root).toBe(target);
    expect(target.backing).toBe(below);
    expect((await contents(target)).equals(expected)).toBe(true);
    expect(sourceImage.isClosed).toBe(sync !== 'none');
    expect([...target.io.bitmaps, ...source.io.bitmaps]).toEqual([]);
  });

  it('that is cancelled when ready leaves the copy of that moment and the device where it is', async () => {
    const { source, target, device, heard, start } = await disk();
    const rest = hammer(device, await contents(source));
    const job = await start();
    await ready(job);
    await rest();
    const then = await contents(source);
    job.cancel();
    await job.done;
    await device.write(0, Buffer.alloc(512, 77));
    expect(heard.at(-3)?.[0]).toBe('BLOCK_JOB_COMPLETED');
    expect(device.root).toBe(source);
    expect((await contents(target)).equals(then)).toBe(true);
  });

  it('of copy mode write-blocking has on the target what a guest was told to be written', async () => {
    const { source, target, device, start } = await disk();
    const rest = hammer(device, await contents(source));
    const job = await start({ copyMode: 'write-blocking' });
    await ready(job);
    await rest();
    expect((await contents(target)).equals(await contents(source))).toBe(true);
    for (const offset of [0, 5 * MIB - 700, LENGTH - 512]) {
      const bytes = Buffer.alloc(512, 0x5a);
      await device.write(offset, bytes);
      const there = Buffer.alloc(512);
      await target.io.read(offset, there);
      expect(there.equals(bytes)).toBe(true);
    }
    job.cancel();
    await job.done;
  });

  it.each(['full', 'top', 'none'] as const)('of copy mode write-blocking and sync %s loses no write, whatever the target held', async (sync) => {
    const { source, target, device, start } = await disk();
    if (sync === 'full') await target.io.write(0, Buffer.alloc(LENGTH, 0xaa));
    const expected = await contents(source);
    const rest = hammer(device, expected);
    const job = await start({ sync, copyMode: 'write-blocking', backingAtEnd: async () => {
      const below = sync === 'full' ? undefined : sync === 'top' ? source.backing : source;
      if (below !== undefined) below.references++;
      return below;
    } });
    await ready(job);
    job.pause();
    await device.write(0, expected.subarray(0, 512));
    job.resume();
    job.complete();
    await job.done;
    await rest();
    expect(job.error).toBeUndefined();
    expect(device.root).toBe(target);
    expect((await contents(target)).equals(expected)).toBe(true);
  });

  it('that is forced to end is cancelled', async () => {
    const { heard, start, device, source } = await disk();
    const job = await start();
    await ready(job);
    job.cancel({ force: true });
    await job.done;
    expect(heard.at(-3)?.[0]).toBe('BLOCK_JOB_CANCELLED');
    expect(device.root).toBe(source);
    source.checkNotBlocked('mirror-source');
  });

  it('refuses a target of another size when it runs', async () => {
    const { start } = await disk(LENGTH / 2);
    const job = await start();
    await job.done;
    expect(job.error).toBe('Source and target image have different sizes');
  });

  it('overwrites what an old target holds', async () => {
    const { source, target, start } = await disk();
    await target.io.write(0, Buffer.alloc(LENGTH, 0xaa));
    const job = await start();
    await ready(job);
    job.cancel();
    await job.done;
    expect((await contents(target)).equals(await contents(source))).toBe(true);
  });

  it.each([true, false])('gives zeroes back on the target only where it may: unmap %s', async (unmap) => {
    const { source, target, targetImage, start } = await disk();
    await target.io.write(0, Buffer.alloc(LENGTH, 0xaa));
    const asked: unknown[] = [];
    const writeZeroes = targetImage.writeZeroes.bind(targetImage);
    Object.assign(targetImage, { writeZeroes: (offset: number, length: number, options?: { mayUnmap?: boolean }) => {
      asked.push(options?.mayUnmap);
      return writeZeroes(offset, length);
    } });
    const job = await start({ unmap });
    await ready(job);
    job.cancel();
    await job.done;
    expect(new Set(asked)).toEqual(new Set([unmap]));
    expect((await contents(target)).equals(await contents(source))).toBe(true);
  });

  it('rests at an error of the target when told to, and goes on when resumed', async () => {
    const { source, target, targetImage, start, device } = await disk();
    let isFull = true;
    targetImage.trouble = (operation, offset) => {
      if (operation === 'write' && offset >= 4 * MIB && isFull) throw new IoError('ENOSPC', 'write');
    };
    const job = await start({ onTargetError: 'stop' });
    await expect.poll(() => job.state).toBe('paused');
    expect(job.ioStatus).toBe('nospace');
    isFull = false;
    await device.write(4 * MIB, Buffer.alloc(4096, 3));
    job.resume();
    await ready(job);
    job.complete();
    await job.done;
    expect(job.error).toBeUndefined();
    expect((await contents(target)).subarray(4 * MIB, 4 * MIB + 4096).equals(Buffer.alloc(4096, 3))).toBe(true);
    expect(source.references).toBe(0);
  });

  it('fails with the error of the source when told to report it', async () => {
    const { sourceImage, start, device, source } = await disk();
    sourceImage.trouble = (operation, offset) => {
      if (operation === 'read' && offset >= 3 * MIB) throw new IoError('EIO', 'read');
    };
    const job = await start();
    await job.done;
    expect(job.error).toBe('Input/output error');
    expect(device.root).toBe(source);
  });
});

describe('a commit of the image that the guest writes to', () => {
  it('loses no write, makes the base long enough and moves the device to it', async () => {
    const { source, sourceImage, base, device, commit } = await disk();
    const expected = await contents(source);
    const rest = hammer(device, expected);
    const job = await commit();
    await ready(job);
    job.complete();
    await job.done;
    await rest();
    expect(job.error).toBeUndefined();
    expect(device.root).toBe(base);
    expect((await contents(base)).equals(expected)).toBe(true);
    expect(sourceImage.isClosed).toBe(true);
  });
});
