import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { BlockGraph } from '../../../src/block/graph.ts';
import type { BlockNode } from '../../../src/block/node.ts';
import { JobTable } from '../../../src/jobs/job-table.ts';
import { startBackup } from '../../../src/jobs/kinds/backup.ts';
import type { BackupRequest } from '../../../src/jobs/kinds/backup.ts';
import { startStream } from '../../../src/jobs/kinds/stream.ts';
import { describeWithQemu, qemu } from '../../support/qemu.ts';
import { Random } from '../../support/random-bytes.ts';

const MIB = 1 << 20;
const SIZE = 48 * MIB;

let folder: string;
let graph: BlockGraph;
let jobs: JobTable;
const path = (name: string) => join(folder, name);

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'qmon-jobs-'));
  graph = new BlockGraph();
  jobs = new JobTable();
});

afterEach(async () => {
  await jobs.cancelAll();
  await graph.closeAll();
  await rm(folder, { recursive: true, force: true });
});

/** A raw base, a qcow2 with other clusters over it and a qcow2 over that, all with data and holes. */
async function makeChain(): Promise<void> {
  await qemu.img('create', '-q', '-f', 'raw', path('base.raw'), '30M');
  await qemu.io(path('base.raw'), 'write -q -P 1 0 5M', 'write -q -P 2 10M 300k', 'write -q -P 3 29M 1M');
  await qemu.img('create', '-q', '-f', 'qcow2', '-o', 'cluster_size=4k', '-b', path('base.raw'), '-F', 'raw', path('middle.qcow2'), '40M');
  await qemu.io(path('middle.qcow2'), 'write -q -P 4 1000k 2200k', 'write -q -z 4M 512k', 'write -q -P 5 35M 2M', 'write -q -z 29M 100k');
  await qemu.img('create', '-q', '-f', 'qcow2', '-b', path('middle.qcow2'), '-F', 'qcow2', path('top.qcow2'), '48M');
  await qemu.io(path('top.qcow2'), 'write -q -P 6 2M 100k', 'write -q -P 7 40M 3M', 'write -q -z 36M 1M');
}

async function openTop(): Promise<BlockNode> {
  await makeChain();
  await qemu.img('convert', '-q', '-O', 'raw', path('top.qcow2'), path('flat.raw'));
  return graph.openFile(path('top.qcow2'), { readOnly: false });
}

async function newTarget(name: string, format: string, options: { size?: number; backing?: string } = {}): Promise<BlockNode> {
  await graph.createImage({
    filename: path(name), format, size: options.size ?? SIZE,
    backing: options.backing === undefined ? undefined : { filename: path(options.backing), format: 'qcow2' },
  });
  return graph.openFile(path(name), { format, readOnly: false, discard: 'unmap', detectZeroes: 'unmap' });
}

async function backUp(source: BlockNode, target: BlockNode, request: Partial<BackupRequest> = {}) {
  const job = await startBackup(jobs, { id: 'b0', source, target, sync: 'full', graph, releaseTarget: true, ...request });
  await job.done;
  expect(job.error).toBeUndefined();
  return job;
}

const compare = (a: string, b: string) => qemu.img('compare', '-q', path(a), path(b));
const check = (name: string) => qemu.img('check', '-q', path(name));
const info = async (name: string) => JSON.parse(await qemu.img('info', '--output=json', path(name))) as Record<string, unknown>;
const hostBytes = async (name: string) => (await stat(path(name))).blocks * 512;

describeWithQemu('a backup of real images', () => {
  it.each(['raw', 'qcow2'])('of a qcow2 chain to %s is what QEMU reads from the chain', async (format) => {
    const source = await openTop();
    const target = await newTarget('copy', format);
    const job = await backUp(source, target);
    expect(job.offset).toBe(SIZE);
    expect(graph.nodes()).not.toContain(target);
    await qemu.img('compare', '-q', '-F', format, path('flat.raw'), path('copy'));
    if (format === 'qcow2') await check('copy');
    expect(await hostBytes('copy')).toBeLessThan(20 * MIB);
  });

  it('of a raw image with holes keeps the holes', async () => {
    await qemu.img('create', '-q', '-f', 'raw', path('source.raw'), '1G');
    await qemu.io(path('source.raw'), 'write -q -P 1 100M 4M', 'write -q -P 2 500000k 4k', 'write -q -P 3 1073737728 4096');
    const source = await graph.openFile(path('source.raw'), { format: 'raw' });
    await backUp(source, await newTarget('copy.raw', 'raw', { size: 1 << 30 }));
    await compare('source.raw', 'copy.raw');
    expect(await hostBytes('copy.raw')).toBeLessThan(5 * MIB);
  });

  it('of the top image alone lies over the same backing file', async () => {
    const source = await openTop();
    const job = await backUp(source, await newTarget('copy.qcow2', 'qcow2', { backing: 'middle.qcow2' }), { sync: 'top' });
    expect(job.len).toBeLessThan(5 * MIB);
    expect(job.offset).toBe(job.len);
    await compare('flat.raw', 'copy.qcow2');
    await check('copy.qcow2');
    expect(await hostBytes('copy.qcow2')).toBeLessThan(5 * MIB);
  });

  it('is compressed when asked for, and sound', async () => {
    const source = await openTop();
    await backUp(source, await newTarget('copy.qcow2', 'qcow2'), { compress: true });
    await compare('flat.raw', 'copy.qcow2');
    expect(JSON.parse(await qemu.img('check', '--output=json', path('copy.qcow2')))).toMatchObject({ 'check-errors': 0 });
    expect(await hostBytes('copy.qcow2')).toBeLessThan(2 * MIB);
  });

  it('refuses to compress into a format that cannot', async () => {
    const source = await openTop();
    const target = await newTarget('copy.raw', 'raw');
    await expect(backUp(source, target, { compress: true })).rejects.toThrow('Compression is not supported for this drive ');
  });

  it.each(['raw', 'qcow2'])('to %s is the state at its start while the guest writes', async (format) => {
    const source = await openTop();
    const random = new Random(23);
    let isRunning = true;
    const guest = async () => {
      while (isRunning) {
        const length = 512 * (1 + random.next(300));
        const offset = 512 * random.next((SIZE - length) / 512);
        if (random.next(8) === 0) await source.io.writeZeroes(offset, length, { mayUnmap: true });
        else await source.io.write(offset, random.bytes(length));
      }
    };
    const guests = [guest(), guest(), guest()];
    const drained = source.drained.bind(source);
    source.drained = (work) => drained(async () => {
      const result = await work();
      const snapshot = Buffer.alloc(SIZE);
      await source.image.read(0, snapshot);
      await writeFile(path('snapshot.raw'), snapshot);
      source.drained = drained;
      return result;
    });
    await backUp(source, await newTarget('copy', format), { speed: 100 * MIB });
    isRunning = false;
    await Promise.all(guests);
    await qemu.img('compare', '-q', '-f', 'raw', '-F', format, path('snapshot.raw'), path('copy'));
    await graph.release(source);
    await check('top.qcow2');
    await expect(compare('snapshot.raw', 'top.qcow2')).rejects.toThrow();
  });

  it('leaves a sound target when cancelled', async () => {
    const source = await openTop();
    const target = await newTarget('copy.qcow2', 'qcow2');
    const job = await startBackup(jobs, { id: 'b0', source, target, sync: 'full', graph, releaseTarget: true, speed: 4 * MIB });
    await expect.poll(() => job.offset).toBeGreaterThan(0);
    job.cancel();
    await job.done;
    expect(graph.nodes()).not.toContain(target);
    await check('copy.qcow2');
  });
});

describeWithQemu('streaming real images', () => {
  it('flattens the chain', async () => {
    const node = await openTop();
    const job = await startStream(jobs, { id: 's0', node, graph });
    await job.done;
    expect(job.error).toBeUndefined();
    expect(graph.nodes().map(({ filename }) => filename)).not.toContain(path('middle.qcow2'));
    await graph.release(node);
    await compare('flat.raw', 'top.qcow2');
    await check('top.qcow2');
    expect(await info('top.qcow2')).not.toHaveProperty('backing-filename');
    expect(graph.nodes()).toEqual([]);
  });

  it('keeps the base and says so in the image', async () => {
    const node = await openTop();
    const base = node.backingChain.at(-1);
    const job = await startStream(jobs, { id: 's0', node, base, graph });
    await job.done;
    expect(job.error).toBeUndefined();
    expect(node.backing).toBe(base);
    await graph.release(node);
    await compare('flat.raw', 'top.qcow2');
    await check('top.qcow2');
    expect(await info('top.qcow2')).toMatchObject({ 'backing-filename': path('base.raw'), 'backing-filename-format': 'raw' });
  });

  it('survives cancelling and goes on later, with a guest that writes all the time', async () => {
    const node = await openTop();
    const random = new Random(29);
    const expected = Buffer.alloc(SIZE);
    await node.io.read(0, expected);
    let isRunning = true;
    const guest = async (area: number) => {
      while (isRunning) {
        const length = 512 * (1 + random.next(200));
        const offset = area * 16 * MIB + 512 * random.next((16 * MIB - length) / 512);
        const bytes = random.bytes(length);
        bytes.copy(expected, offset);
        await node.io.write(offset, bytes);
      }
    };
    const guests = [0, 1, 2].map(guest);
    const first = await startStream(jobs, { id: 's0', node, graph, speed: 8 * MIB });
    await expect.poll(() => first.offset).toBeGreaterThan(MIB);
    first.cancel();
    await first.done;
    expect(node.backing).toBeDefined();
    const second = await startStream(jobs, { id: 's0', node, graph });
    await second.done;
    isRunning = false;
    await Promise.all(guests);
    expect(second.error).toBeUndefined();
    await writeFile(path('expected.raw'), expected);
    await graph.release(node);
    await qemu.img('compare', '-q', '-f', 'raw', path('expected.raw'), path('top.qcow2'));
    await check('top.qcow2');
  });
});
