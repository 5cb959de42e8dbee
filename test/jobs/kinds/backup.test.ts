import { describe, expect, it } from 'vitest';
import { IoError } from '../../../src/block/io-error.ts';
import type { BlockNode } from '../../../src/block/node.ts';
import type { JobClock } from '../../../src/jobs/job-clock.ts';
import { JobTable } from '../../../src/jobs/job-table.ts';
import { startBackup } from '../../../src/jobs/kinds/backup.ts';
import type { BackupRequest } from '../../../src/jobs/kinds/backup.ts';
import { MemoryImage, memoryGraph, memoryNode } from '../../support/memory-image.ts';
import type { MemoryImageOptions } from '../../support/memory-image.ts';
import { Random } from '../../support/random-bytes.ts';
import { settle, VirtualClock } from '../../support/virtual-clock.ts';

const MIB = 1 << 20;

async function contents(node: BlockNode): Promise<Buffer> {
  const bytes = Buffer.alloc(node.io.length);
  await node.io.read(0, bytes);
  return bytes;
}

interface MachineOptions extends Partial<MemoryImageOptions> {
  readonly base?: MemoryImage;
  readonly target?: Partial<MemoryImageOptions>;
  readonly clock?: JobClock;
}

async function machine(options: MachineOptions = {}) {
  const length = options.length ?? 8 * MIB;
  const base = options.base === undefined ? undefined : await memoryNode('base', options.base);
  const source = await memoryNode('source', new MemoryImage({ length, ...options }), base);
  const image = new MemoryImage({ length, ...options.target });
  const target = await memoryNode('target', image);
  const jobs = new JobTable({ clock: options.clock });
  const heard: [string, Readonly<Record<string, unknown>>][] = [];
  jobs.onEvent((name, data) => heard.push([name, data]));
  const start = (request: Partial<BackupRequest> = {}) =>
    startBackup(jobs, { id: 'b0', source, target, sync: 'full', graph: memoryGraph, ...request });
  return { source, target, image, jobs, heard, start };
}

describe('a backup', () => {
  it('copies everything, zeroes included, and lets go of its nodes', async () => {
    const { source, target, image, start, heard } = await machine({ length: 3 * MIB + 512 });
    const random = new Random(7);
    await source.io.write(0, random.bytes(MIB));
    await source.io.write(2 * MIB + 100, random.bytes(200));
    await source.io.write(3 * MIB, random.bytes(512));
    const job = await start();
    expect(source.parents.size).toBe(1);
    await job.done;
    expect((await contents(target)).equals(await contents(source))).toBe(true);
    expect(image.allocated).toBe(MIB + 2 * 65536);
    expect(job.offset).toBe(job.len);
    expect(job.len).toBe(3 * MIB + 65536);
    expect([source.parents.size, target.parents.size, source.references, target.references]).toEqual([0, 0, 1, 1]);
    expect(heard.at(-3)).toEqual(['BLOCK_JOB_COMPLETED', { device: 'b0', len: job.len, offset: job.len, speed: 0, type: 'backup' }]);
  });

  it('holds what the source held at its start, however hard the guest writes meanwhile', async () => {
    const random = new Random(3);
    const slow = () => new Promise<void>((resolve) => { setTimeout(resolve, random.next(3)); });
    const { source, target, start } = await machine({ trouble: slow, target: { trouble: slow } });
    for (let at = 0; at < 8; at += 2) await source.io.write(at * MIB, random.bytes(MIB));
    const snapshot = Buffer.alloc(8 * MIB);
    const drained = source.drained.bind(source);
    source.drained = (work) => drained(async () => {
      const result = await work();
      await source.image.read(0, snapshot);
      return result;
    });
    let isRunning = true;
    const guest = async () => {
      while (isRunning) {
        const length = 512 * (1 + random.next(400));
        const offset = 512 * random.next((8 * MIB - length) / 512);
        const what = random.next(10);
        if (what === 0) await source.io.writeZeroes(offset, length);
        else if (what === 1) await source.io.discard(offset, length);
        else await source.io.write(offset, random.bytes(length));
      }
    };
    const guests = [guest(), guest(), guest(), guest()];
    const job = await start();
    await job.done;
    isRunning = false;
    await Promise.all(guests);
    expect(job.error).toBeUndefined();
    expect((await contents(source)).equals(snapshot)).toBe(false);
    expect((await contents(target)).equals(snapshot)).toBe(true);
  });

  it('copies what a guest write would destroy before the write', async () => {
    const { source, target, start } = await machine();
    const random = new Random(5);
    await source.io.write(0, random.bytes(8 * MIB));
    const before = await contents(source);
    const job = await start({ speed: 65536 });
    for (let round = 0; round < 200; round++) {
      const length = 512 * (1 + random.next(600));
      await source.io.write(512 * random.next((8 * MIB - length) / 512), random.bytes(length));
    }
    job.setSpeed(0);
    await job.done;
    expect((await contents(target)).equals(before)).toBe(true);
  });

  it('makes a guest write wait where a copy is under way, and only there', async () => {
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => { release = resolve; });
    let isHolding = false;
    const { source, target, start } = await machine({ trouble: async (operation, offset) => {
      if (isHolding && operation === 'read' && offset === 0) await held;
    } });
    await source.io.write(0, Buffer.alloc(8 * MIB, 1));
    isHolding = true;
    const job = await start();
    await expect.poll(() => job.offset).toBe(7 * MIB);
    let isWritten = false;
    const write = source.io.write(65536, Buffer.alloc(512, 2)).then(() => { isWritten = true; });
    await source.io.write(7 * MIB, Buffer.alloc(512, 2));
    await settle();
    expect(isWritten).toBe(false);
    release();
    await Promise.all([write, job.done]);
    expect((await contents(target)).equals(Buffer.alloc(8 * MIB, 1))).toBe(true);
  });

  it('copies only what the top image holds, and whole clusters of it', async () => {
    const base = new MemoryImage({ length: 4 * MIB });
    await base.write(0, Buffer.alloc(4 * MIB, 1));
    const { source, target, image, start } = await machine({ base, length: 4 * MIB });
    await source.io.write(MIB + 512, Buffer.alloc(512, 2));
    await source.io.writeZeroes(2 * MIB, 65536);
    const job = await start({ sync: 'top' });
    await job.done;
    expect(image.written.map(({ offset, length }) => [offset, length])).toEqual([[MIB, 65536]]);
    expect(job.len).toBe(2 * 65536);
    expect(job.offset).toBe(job.len);
    const copied = (await contents(target)).subarray(MIB, MIB + 65536);
    expect(copied.equals((await contents(source)).subarray(MIB, MIB + 65536))).toBe(true);
  });

  it('copies the whole chain when asked for everything', async () => {
    const base = new MemoryImage({ length: 2 * MIB });
    await base.write(MIB / 2, Buffer.alloc(MIB, 1));
    const { source, target, start } = await machine({ base, length: 4 * MIB });
    await source.io.write(MIB + 512, Buffer.alloc(512, 2));
    await (await start()).done;
    expect((await contents(target)).equals(await contents(source))).toBe(true);
  });

  it('only keeps what the guest overwrites with sync=none, until it is cancelled', async () => {
    const { source, target, image, start, heard } = await machine();
    await source.io.write(0, Buffer.alloc(8 * MIB, 1));
    const job = await start({ sync: 'none' });
    await source.io.write(MIB + 10, Buffer.alloc(65536, 2));
    expect(image.written.map(({ offset, length }) => [offset, length])).toEqual([[MIB, 2 * 65536]]);
    job.cancel();
    await job.done;
    expect(heard.at(-3)?.[0]).toBe('BLOCK_JOB_CANCELLED');
    await source.io.write(2 * MIB, Buffer.alloc(512, 3));
    expect(image.written.length).toBe(1);
    expect((await contents(target))[MIB + 10]).toBe(1);
  });

  it('keeps zeroes that the guest overwrites, over a target that shows the source where it holds nothing', async () => {
    const { source, jobs } = await machine();
    source.references++;
    const target = await memoryNode('overlay', new MemoryImage({ length: 8 * MIB }), source);
    const job = await startBackup(jobs, { id: 'b0', source, target, sync: 'none', graph: memoryGraph });
    await source.io.write(MIB, Buffer.alloc(512, 2));
    expect((await contents(target)).equals(Buffer.alloc(8 * MIB))).toBe(true);
    job.cancel();
    await job.done;
  });

  it('is cancelled at once, however slow it is to be, and leaves no hook, hold or blocker behind', async () => {
    const { source, target, image, start, jobs } = await machine({ length: 64 * MIB });
    await source.io.write(0, Buffer.alloc(64 * MIB, 1));
    const job = await start({ speed: 1 * MIB, releaseTarget: true });
    expect(() => source.checkNotBlocked('resize')).toThrow("Node 'source' is busy: block device is in use by block job: backup");
    await expect(start({ id: 'b1' })).rejects.toThrow("Node 'source' is busy: block device is in use by block job: backup");
    job.cancel();
    await job.done;
    source.checkNotBlocked('resize');
    expect(source.parents.size).toBe(0);
    expect(image.isClosed).toBe(true);
    expect(target.references).toBe(0);
    expect(jobs.all()).toEqual([]);
    const { length } = image.written;
    await source.io.write(0, Buffer.alloc(512, 2));
    expect(image.written.length).toBe(length);
  });

  it('writes nothing in the background while it is paused, and still protects its point in time', async () => {
    const { source, target, image, start } = await machine();
    await source.io.write(0, Buffer.alloc(8 * MIB, 1));
    const job = await start({ speed: 65536 });
    job.pause();
    await new Promise((resolve) => { setTimeout(resolve, 50); });
    expect(job.state).toBe('paused');
    const { length } = image.written;
    await new Promise((resolve) => { setTimeout(resolve, 50); });
    expect(image.written.length).toBe(length);
    await source.io.write(7 * MIB, Buffer.alloc(512, 2));
    expect(image.written.length).toBe(length + 1);
    job.setSpeed(0);
    job.resume();
    await job.done;
    expect((await contents(target)).equals(Buffer.alloc(8 * MIB, 1))).toBe(true);
  });

  it('reports an error of the source or the target and fails', async () => {
    const { source, start, heard } = await machine({ target: { trouble: (operation) => {
      if (operation === 'write') throw new IoError('EIO', 'write');
    } } });
    await source.io.write(0, Buffer.alloc(MIB, 1));
    const job = await start();
    await job.done;
    expect(job.error).toBe('Input/output error');
    expect(heard.map(([name, data]) => data.status ?? name))
      .toEqual(['created', 'running', 'BLOCK_JOB_ERROR', 'aborting', 'BLOCK_JOB_COMPLETED', 'concluded', 'null']);
    expect(heard[2]?.[1]).toEqual({ device: 'b0', operation: 'write', action: 'report' });
    expect(source.parents.size).toBe(0);
  });

  it('stops at a full target, and copies what failed when it is resumed', async () => {
    let isFull = true;
    const { source, target, start, heard } = await machine({ target: { trouble: (operation) => {
      if (operation === 'write' && isFull) throw new IoError('ENOSPC', 'write');
    } } });
    await source.io.write(0, Buffer.alloc(3 * MIB, 1));
    const job = await start({ onTargetError: 'enospc' });
    await expect.poll(() => job.state).toBe('paused');
    expect(job.info()).toMatchObject({ 'io-status': 'nospace', paused: true });
    await expect(source.io.write(0, Buffer.alloc(512, 9))).rejects.toThrow('No space left on device');
    isFull = false;
    job.resume();
    await job.done;
    expect(job.error).toBeUndefined();
    expect(job.offset).toBe(job.len);
    expect((await contents(target)).equals(await contents(source))).toBe(true);
    expect(heard.filter(([name]) => name === 'BLOCK_JOB_ERROR').length).toBe(1);
  });

  it('tries again what failed when errors are ignored', async () => {
    let failures = 2;
    const { source, target, start, heard } = await machine({ trouble: (operation) => {
      if (operation === 'read' && failures-- > 0) throw new IoError('EIO', 'read');
    } });
    failures = 0;
    await source.io.write(0, Buffer.alloc(3 * MIB, 1));
    failures = 2;
    const job = await start({ onSourceError: 'ignore' });
    await job.done;
    expect(job.error).toBeUndefined();
    expect(heard.find(([name]) => name === 'BLOCK_JOB_ERROR')?.[1]).toEqual({ device: 'b0', operation: 'read', action: 'ignore' });
    expect((await contents(target)).equals(await contents(source))).toBe(true);
  });

  it('overwrites what an existing target holds', async () => {
    const { source, target, start } = await machine();
    await target.io.write(0, Buffer.alloc(8 * MIB, 7));
    await source.io.write(MIB, Buffer.alloc(MIB, 1));
    await (await start()).done;
    expect((await contents(target)).equals(await contents(source))).toBe(true);
  });

  it('leaves clusters of zero bytes out of a fresh target', async () => {
    const { source, image, start } = await machine();
    await source.io.write(0, Buffer.alloc(2 * MIB));
    await source.io.write(MIB + 65536, Buffer.alloc(512, 1));
    await (await start()).done;
    expect(image.written.map(({ offset, length }) => [offset, length])).toEqual([[MIB + 65536, 65536]]);
  });

  it('works in the target\'s clusters and compresses when asked to', async () => {
    const { source, image, start } = await machine({ target: { clusterSize: 256 * 1024 } });
    await source.io.write(MIB + 512, Buffer.alloc(512, 1));
    await (await start({ compress: true })).done;
    expect(image.written).toEqual([{ offset: MIB, length: 256 * 1024, compressed: true }]);
  });

  it('refuses itself and targets of another size', async () => {
    const { source, start } = await machine({ target: { length: MIB } });
    await expect(start({ target: source })).rejects.toThrow('Source and target cannot be the same');
    await expect(start()).rejects.toThrow('Source and target image have different sizes');
    expect(source.parents.size).toBe(0);
  });

  it.each([65536, 1_000_000, 20_000_000])('keeps to %i bytes per second within 5 percent over ten seconds', async (speed) => {
    const clock = new VirtualClock();
    const { source, start } = await machine({ clock, length: 256 * MIB });
    for (let at = 0; at < 256 * MIB; at += MIB) await source.io.write(at, Buffer.alloc(MIB, 1));
    const job = await start({ speed });
    await clock.pass(10_000);
    expect(Math.abs(job.offset / (10 * speed) - 1)).toBeLessThan(Math.max(0.05, (2 * 65536) / (10 * speed)));
    job.cancel();
    await job.done;
  });

  it('lets others run while it skips a huge hole', async () => {
    const { source, start } = await machine({ length: 2 ** 44, clusterSize: 2 ** 30, target: { clusterSize: 2 ** 30 } });
    let turns = 0;
    const count = () => {
      turns++;
      watch = setImmediate(count);
    };
    let watch = setImmediate(count);
    const job = await start();
    await job.done;
    clearImmediate(watch);
    expect(job.offset).toBe(source.io.length);
    expect(turns).toBeGreaterThan(2);
  });
});
