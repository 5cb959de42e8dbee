import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { IoError } from '../../../src/block/io-error.ts';
import type { BlockNode } from '../../../src/block/node.ts';
import { JobTable } from '../../../src/jobs/job-table.ts';
import { startCommit } from '../../../src/jobs/kinds/commit.ts';
import type { CommitRequest } from '../../../src/jobs/kinds/commit.ts';
import { MemoryImage, memoryGraph, memoryNode } from '../../support/memory-image.ts';
import { Random } from '../../support/random-bytes.ts';

const MIB = 1 << 20;
const LENGTH = 8 * MIB;

async function contents(node: BlockNode): Promise<Buffer> {
  const bytes = Buffer.alloc(node.io.length);
  await node.io.read(0, bytes);
  return bytes;
}

/** base (shorter) <- middle <- top <- active. */
async function chain() {
  const random = new Random(31);
  const images = ['base', 'middle', 'top', 'active'].map((_, i) => new MemoryImage({ length: i === 0 ? LENGTH / 2 : LENGTH }));
  const nodes: BlockNode[] = [];
  for (const [i, image] of images.entries()) {
    const node = await memoryNode(['base', 'middle', 'top', 'active'][i]!, image, nodes.at(-1));
    await node.io.write(i * MIB + 4096, random.bytes(MIB));
    await node.io.writeZeroes(3 * MIB + i * 65536, 65536);
    nodes.push(node);
  }
  const [base, middle, top, active] = nodes as [BlockNode, BlockNode, BlockNode, BlockNode];
  for (const node of [base, middle, top]) await node.setReadOnly(true);
  const jobs = new JobTable();
  const heard: [string, Readonly<Record<string, unknown>>][] = [];
  jobs.onEvent((name, data) => heard.push([name, data]));
  const start = (request: Partial<CommitRequest> = {}) => startCommit(jobs, { id: 'c0', active, top, base, graph: memoryGraph, ...request });
  return { base, middle, top, active, images, heard, start };
}

describe('a commit below the active image', () => {
  it('puts everything into the base, makes it longer, and the base under what lay above', async () => {
    const { base, active, images, start, heard } = await chain();
    const before = await contents(active);
    const job = await start({ backingFile: 'base.img' });
    await job.done;
    expect(job.error).toBeUndefined();
    expect(active.backing).toBe(base);
    expect(images.map(({ isClosed }) => isClosed)).toEqual([false, true, true, false]);
    expect([images[3]!.backingFilename, images[3]!.backingFormat]).toEqual(['base.img', 'memory']);
    expect(base.io.length).toBe(LENGTH);
    expect(base.readOnly).toBe(true);
    expect((await contents(active)).equals(before)).toBe(true);
    expect(heard.at(-3)).toEqual(['BLOCK_JOB_COMPLETED', { device: 'c0', len: LENGTH, offset: LENGTH, speed: 0, type: 'commit' }]);
  });

  it('shows the guest the same bytes all the time, and keeps what it writes', async () => {
    const { active, start } = await chain();
    const expected = await contents(active);
    const job = await start({ speed: 20 * MIB });
    while (job.isUnfinished) {
      await active.io.write(5 * MIB, Buffer.alloc(4096, job.offset % 251));
      expected.fill(job.offset % 251, 5 * MIB, 5 * MIB + 4096);
      await active.io.read(5 * MIB, expected.subarray(5 * MIB, 5 * MIB + 4096));
      expect((await contents(active)).equals(expected)).toBe(true);
      await nextTurn();
    }
    expect(job.error).toBeUndefined();
    expect((await contents(active)).equals(expected)).toBe(true);
  });

  it('keeps zero what lies behind the end of an image that is shorter than those around it', async () => {
    const { base, middle, start, active } = await chain();
    base.references++;
    const short = await memoryNode('short', new MemoryImage({ length: MIB / 2 }), base);
    await middle.setBacking(short);
    await short.setReadOnly(true);
    const before = await contents(active);
    const job = await start({ top: short });
    await job.done;
    expect(job.error).toBeUndefined();
    expect(middle.backing).toBe(base);
    expect((await contents(active)).equals(before)).toBe(true);
  });

  it('keeps the chain when cancelled, and lets go of every node', async () => {
    const { active, top, base, start } = await chain();
    const before = await contents(active);
    const job = await start({ speed: 1 });
    job.cancel();
    await job.done;
    expect(active.backing).toBe(top);
    expect(base.readOnly).toBe(true);
    for (const node of [active, top, base]) node.checkNotBlocked('commit-target');
    expect((await contents(active)).equals(before)).toBe(true);
    expect([top.references, base.references]).toEqual([1, 1]);
  });

  it('rests at an error when told to, and copies what failed when resumed', async () => {
    const { active, images, start } = await chain();
    const before = await contents(active);
    let isFailing = true;
    images[0]!.trouble = (operation, offset) => {
      if (operation === 'write' && offset >= 2 * MIB && isFailing) throw new IoError('EIO', 'write');
    };
    const job = await start({ onError: 'stop' });
    await expect.poll(() => job.state).toBe('paused');
    isFailing = false;
    job.resume();
    await job.done;
    expect(job.error).toBeUndefined();
    expect((await contents(active)).equals(before)).toBe(true);
  });
});
