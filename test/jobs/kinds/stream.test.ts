import { describe, expect, it } from 'vitest';
import { IoError } from '../../../src/block/io-error.ts';
import type { BlockNode } from '../../../src/block/node.ts';
import { JobTable } from '../../../src/jobs/job-table.ts';
import { startStream } from '../../../src/jobs/kinds/stream.ts';
import type { StreamRequest } from '../../../src/jobs/kinds/stream.ts';
import { MemoryImage, memoryGraph, memoryNode } from '../../support/memory-image.ts';
import type { Trouble } from '../../support/memory-image.ts';
import { Random } from '../../support/random-bytes.ts';

const MIB = 1 << 20;

async function contents(node: BlockNode): Promise<Buffer> {
  const bytes = Buffer.alloc(node.io.length);
  await node.io.read(0, bytes);
  return bytes;
}

/** base (shorter than the rest) <- middle <- top, each with bytes of its own. */
async function chain(options: { trouble?: Trouble; length?: number } = {}) {
  const length = options.length ?? 8 * MIB;
  const random = new Random(11);
  const baseImage = new MemoryImage({ length: length / 2 + 512, clusterSize: 32768 });
  const base = await memoryNode('base', baseImage);
  await base.io.write(0, random.bytes(length / 2 + 512));
  const middleImage = new MemoryImage({ length: length - MIB, clusterSize: 32768 });
  const middle = await memoryNode('middle', middleImage, base);
  await middle.io.write(MIB + 1024, random.bytes(MIB));
  await middle.io.writeZeroes(3 * MIB, 65536);
  const topImage = new MemoryImage({ length, ...options });
  const top = await memoryNode('top', topImage, middle);
  await top.io.write(MIB, random.bytes(65536));
  const jobs = new JobTable();
  const heard: [string, Readonly<Record<string, unknown>>][] = [];
  jobs.onEvent((name, data) => heard.push([name, data]));
  const start = (request: Partial<StreamRequest> = {}) => startStream(jobs, { id: 's0', node: top, graph: memoryGraph, ...request });
  return { base, baseImage, middle, middleImage, top, topImage, heard, start };
}

describe('streaming', () => {
  it('copies the whole chain into the top image and drops the backing file', async () => {
    const { top, topImage, middleImage, baseImage, start, heard } = await chain();
    const before = await contents(top);
    topImage.backingFilename = 'middle';
    const job = await start();
    await job.done;
    expect(job.error).toBeUndefined();
    expect(top.backing).toBeUndefined();
    expect(topImage.backingFilename).toBeUndefined();
    expect((await contents(top)).equals(before)).toBe(true);
    expect([middleImage.isClosed, baseImage.isClosed, topImage.isClosed]).toEqual([true, true, false]);
    expect(top.references).toBe(1);
    expect(heard.at(-3)).toEqual(['BLOCK_JOB_COMPLETED', { device: 's0', len: 8 * MIB, offset: 8 * MIB, speed: 0, type: 'stream' }]);
  });

  it('leaves what the base holds to the base', async () => {
    const { base, top, topImage, middleImage, baseImage, start } = await chain();
    const before = await contents(top);
    const job = await start({ base, backingFile: 'elsewhere.img' });
    await job.done;
    expect(top.backing).toBe(base);
    expect([topImage.backingFilename, topImage.backingFormat]).toEqual(['elsewhere.img', 'memory']);
    expect((await contents(top)).equals(before)).toBe(true);
    expect([middleImage.isClosed, baseImage.isClosed]).toEqual([true, false]);
    expect(topImage.allocated).toBeLessThan(3 * MIB);
    const own = await base.io.map(0, MIB);
    expect(own.length).toBe(MIB);
  });

  it('never loses a guest write, however hard the guest writes meanwhile', async () => {
    const random = new Random(17);
    const slow = () => new Promise<void>((resolve) => { setTimeout(resolve, random.next(3)); });
    const { top, start } = await chain({ trouble: slow });
    const expected = await contents(top);
    let isRunning = true;
    const guest = async (area: number) => {
      while (isRunning) {
        const length = 512 * (1 + random.next(100));
        const offset = area * 2 * MIB + 512 * random.next((2 * MIB - length) / 512);
        const bytes = random.bytes(length);
        bytes.copy(expected, offset);
        await top.io.write(offset, bytes);
      }
    };
    const guests = [0, 1, 2, 3].map(guest);
    const job = await start();
    await job.done;
    isRunning = false;
    await Promise.all(guests);
    expect(job.error).toBeUndefined();
    expect(top.backing).toBeUndefined();
    expect((await contents(top)).equals(expected)).toBe(true);
  });

  it('keeps the chain when cancelled, and goes on from what is there when started again', async () => {
    const { top, topImage, middle, start, heard } = await chain();
    const before = await contents(top);
    const first = await start({ speed: 2 * MIB });
    await expect.poll(() => first.offset).toBeGreaterThan(0);
    first.cancel();
    await first.done;
    expect(heard.at(-3)?.[0]).toBe('BLOCK_JOB_CANCELLED');
    expect(top.backing).toBe(middle);
    top.checkNotBlocked('stream');
    const { length } = topImage.written;
    expect((await contents(top)).equals(before)).toBe(true);
    const second = await start();
    await second.done;
    expect((await contents(top)).equals(before)).toBe(true);
    const seen = new Set<number>();
    for (const { offset } of topImage.written) {
      expect(seen.has(offset)).toBe(false);
      seen.add(offset);
    }
    expect(topImage.written.length).toBeGreaterThan(length);
  });

  it('has nothing to do without a backing file', async () => {
    const { base, start, heard } = await chain();
    const job = await start({ node: base });
    await job.done;
    expect(heard.at(-3)).toEqual(['BLOCK_JOB_COMPLETED', { device: 's0', len: 0, offset: 0, speed: 0, type: 'stream' }]);
  });

  it('blocks every node it streams from for other jobs', async () => {
    const { top, middle, base, start } = await chain();
    const job = await start({ base, speed: 1 });
    expect(() => middle.checkNotBlocked('stream')).toThrow("Node 'middle' is busy: block device is in use by block job: stream");
    base.checkNotBlocked('commit-target');
    await expect(start({ id: 's1' })).rejects.toThrow("Node 'top' is busy: block device is in use by block job: stream");
    job.cancel();
    await job.done;
    middle.checkNotBlocked('stream');
    expect([top.parents.size, middle.parents.size]).toEqual([0, 1]);
  });

  it('stops at an error when told to, and copies what failed when resumed', async () => {
    let isFailing = true;
    const { top, topImage, start } = await chain();
    const before = await contents(top);
    topImage.trouble = (operation, offset) => {
      if (operation === 'write' && offset >= 2 * MIB && isFailing) throw new IoError('ENOSPC', 'write');
    };
    const job = await start({ onError: 'stop' });
    await expect.poll(() => job.state).toBe('paused');
    expect(job.ioStatus).toBe('nospace');
    isFailing = false;
    job.resume();
    await job.done;
    expect(job.error).toBeUndefined();
    expect(job.offset).toBe(job.len);
    expect((await contents(top)).equals(before)).toBe(true);
  });

  it('goes on past errors when told to ignore them, and fails at the end with the chain intact', async () => {
    const { top, topImage, middle, start, heard } = await chain();
    const before = await contents(top);
    topImage.trouble = (operation, offset) => {
      if (operation === 'write' && offset === 0) throw new IoError('EIO', 'write');
    };
    const job = await start({ onError: 'ignore' });
    await job.done;
    expect(job.error).toBe('Input/output error');
    expect(heard.filter(([name]) => name === 'BLOCK_JOB_ERROR').map(([, data]) => data.action)).toEqual(['ignore']);
    expect(top.backing).toBe(middle);
    expect((await contents(top)).equals(before)).toBe(true);
  });

  it('fails with the chain intact when the image\'s metadata cannot be changed', async () => {
    const { top, topImage, middle, start } = await chain();
    topImage.trouble = (operation) => {
      if (operation === 'metadata') throw new IoError('EIO', 'metadata');
    };
    const job = await start();
    await job.done;
    expect(job.error).toBe('Input/output error');
    expect(top.backing).toBe(middle);
  });
});
