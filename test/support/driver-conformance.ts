import { truncateSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { drivers } from '../../src/block/drivers.ts';
import { BlockGraph } from '../../src/block/graph.ts';
import type { BlockIo, Extent, PutInHost } from '../../src/block/driver.ts';
import type { BlockNode } from '../../src/block/node.ts';
import { temporaryFolder } from './temporary-folder.ts';

type OptionTree = Readonly<Record<string, unknown>>;

/** What the suite has to know about a driver. */
export interface ConformanceSubject {
  /** Format drivers: options for `create`. */
  readonly createOptions?: Readonly<Record<string, unknown>>;
  /** Filters: the format under it, and the options of the filter over a node of these options. */
  readonly over?: 'raw' | 'qcow2';
  readonly wrap?: (below: OptionTree) => OptionTree;
  /** Makes what the driver needs to find in a graph. */
  readonly prepare?: (graph: BlockGraph) => void;
  /** Driver-specific options for opening. */
  readonly openOptions?: OptionTree;
  /** Bytes; default 3 MiB and a bit. */
  readonly size?: number;
  readonly supports?: {
    /** Default true. */
    readonly grow?: boolean;
    /** Default true. */
    readonly shrink?: boolean;
    /** What discarded bytes read as; default: as before or zero, either is right. */
    readonly discardReadsZero?: boolean;
  };
}

const OFFSET = 64 << 10;
const layers: Record<string, (filename: string) => OptionTree> = {
  'on a plain file': (filename) => ({ driver: 'file', filename }),
  'over raw with an offset': (filename) => ({ driver: 'raw', offset: OFFSET, file: { driver: 'file', filename } }),
};

/** What every driver that stores bytes must do, on a plain file and over another node. */
export function driverConformance(driver: string, subject: ConformanceSubject = {}): void {
  const folder = temporaryFolder();
  let files = 0;
  describe.each(Object.entries(layers))(`${driver}${subject.over === undefined ? '' : ` over ${subject.over}`} %s`, (title, layer) => {
    const size = subject.size ?? (3 << 20) + 65_536;
    let graph: BlockGraph;
    let options: OptionTree;
    let node: BlockNode;

    beforeEach(async () => {
      graph = new BlockGraph();
      subject.prepare?.(graph);
      const filename = join(folder, `${driver}-${files++}.img`);
      writeFileSync(filename, '');
      if (title !== 'on a plain file') truncateSync(filename, OFFSET);
      options = await makeImage({ graph, driver, subject, size, under: layer(filename) });
      node = await graph.open(options);
    });
    afterEach(() => graph.closeAll());

    const reopen = async () => {
      await graph.release(node);
      node = await graph.open({ ...options, 'read-only': true });
    };

    it('reads zeroes from a new image, up to its end', async () => {
      expect(node.io.length).toBe(size);
      expect(firstDifference(await readAll(node.io), Buffer.alloc(size))).toBe(-1);
      expect(await readAt(node.io, size - 1, 1)).toEqual(Buffer.alloc(1));
    });

    it('reads back what was written at any offset and length, and again after closing', async () => {
      const model = Buffer.alloc(size);
      await playWrites(node.io, model, { rounds: 60, seed: 1 });
      expect(firstDifference(await readAll(node.io), model)).toBe(-1);
      await reopen();
      expect(firstDifference(await readAll(node.io), model)).toBe(-1);
    });

    it('keeps writes apart that are in flight at the same time', async () => {
      const model = Buffer.alloc(size);
      const random = generator(7);
      const pieces = Array.from({ length: 48 }, (_, index) => ({ offset: index * 65_000, bytes: randomBytes(random, 65_000) }));
      for (const { offset, bytes } of pieces) bytes.copy(model, offset);
      await Promise.all(pieces.map(({ offset, bytes }) => node.io.write(offset, bytes)));
      expect(firstDifference(await readAll(node.io), model)).toBe(-1);
      await reopen();
      expect(firstDifference(await readAll(node.io), model)).toBe(-1);
    });

    it('has bytes put into the host file where they belong, or leaves them to be written', async () => {
      const model = Buffer.alloc(size);
      const random = generator(11);
      await playWrites(node.io, model, { rounds: 8, seed: 12 });
      for (let round = 0; round < 24; round++) {
        const { offset, length } = range(random, size, { unit: round % 3 === 0 ? undefined : 65_536 });
        const bytes = randomBytes(random, length);
        bytes.copy(model, offset);
        const done = round % 5 === 0 ? length >> 1 : length;
        const put: PutInHost = async (to, from, count) => writeSync(to.descriptor, bytes, from, Math.min(count, done), to.offset) === count;
        if (!(await node.io.writeOffloaded(offset, length, put))) await node.io.write(offset, bytes);
      }
      expect(firstDifference(await readAll(node.io), model)).toBe(-1);
      await reopen();
      expect(firstDifference(await readAll(node.io), model)).toBe(-1);
    });

    it('zeroes any range, whether its space may go or not', async () => {
      const model = Buffer.alloc(size, 0xa5);
      await node.io.write(0, model);
      const random = generator(3);
      for (let round = 0; round < 24; round++) {
        const { offset, length } = range(random, size);
        model.fill(0, offset, offset + length);
        await node.io.writeZeroes(offset, length, { mayUnmap: round % 2 === 0 });
      }
      expect(firstDifference(await readAll(node.io), model)).toBe(-1);
      await reopen();
      expect(firstDifference(await readAll(node.io), model)).toBe(-1);
    });

    it('leaves everything outside a discarded range alone', async () => {
      const model = Buffer.alloc(size, 0x5a);
      await node.io.write(0, model);
      const { offset, length } = { offset: 512 << 10, length: 1 << 20 };
      await node.io.discard(offset, length);
      const now = await readAll(node.io);
      const inside = now.subarray(offset, offset + length);
      if (subject.supports?.discardReadsZero === true) expect(firstDifference(inside, Buffer.alloc(length))).toBe(-1);
      expect(inside.every((byte) => byte === 0 || byte === 0x5a)).toBe(true);
      model.copy(inside);
      expect(firstDifference(now, model)).toBe(-1);
    });

    it('maps every byte once, and never calls a written byte zero', async () => {
      await node.io.write(1 << 20, Buffer.alloc(100_000, 1));
      await node.io.writeZeroes(2 << 20, 200_000);
      const extents = await mapAll(node.io);
      expect(extents.reduce((at, { offset, length }) => (offset === at && length > 0 ? at + length : Number.NaN), 0)).toBe(size);
      const data = Buffer.alloc(size);
      for (const { offset, length, kind } of extents) if (kind === 'data') data.fill(1, offset, offset + length);
      expect(data.subarray(1 << 20, (1 << 20) + 100_000).every((byte) => byte === 1)).toBe(true);
    });

    it.runIf(subject.supports?.grow ?? true)('grows with zeroes, even where it was longer and written before', async () => {
      await node.io.write(0, Buffer.alloc(size, 9));
      if (subject.supports?.shrink ?? true) {
        await node.io.truncate(size - 131_072);
        expect(node.io.length).toBe(size - 131_072);
        await node.io.truncate(size + 65_536);
        expect(firstDifference(await readAt(node.io, size - 131_072, 196_608), Buffer.alloc(196_608))).toBe(-1);
      } else {
        await node.io.truncate(size + 65_536);
        expect(firstDifference(await readAt(node.io, size, 65_536), Buffer.alloc(65_536))).toBe(-1);
      }
      expect(node.io.length).toBe(size + 65_536);
      await node.io.write(size, Buffer.alloc(65_536, 4));
      await reopen();
      expect(node.io.length).toBe(size + 65_536);
      expect(firstDifference(await readAt(node.io, size, 65_536), Buffer.alloc(65_536, 4))).toBe(-1);
    });

    it('flushes, and writes through with fua', async () => {
      await node.io.write(0, Buffer.alloc(4096, 3), { fua: true });
      await node.io.flush();
      expect(await readAt(node.io, 0, 4096)).toEqual(Buffer.alloc(4096, 3));
    });

    it('refuses what lies outside it, and writes when it is read-only', async () => {
      await reopen();
      await expect(node.io.write(0, Buffer.alloc(1))).rejects.toMatchObject({ code: 'EPERM', node: node.name });
      if (node.driver.role !== 'protocol') {
        await expect(node.io.read(size, Buffer.alloc(1))).rejects.toMatchObject({ code: 'EIO' });
        await expect(node.io.read(-1, Buffer.alloc(1))).rejects.toMatchObject({ code: 'EIO' });
      }
    });

    it('agrees with the model after a long mix of requests', async () => {
      const model = Buffer.alloc(size);
      await playMix(node.io, model, { rounds: 150, seed: 42 });
      await reopen();
      expect(firstDifference(await readAll(node.io), model)).toBe(-1);
    });
  });
}

interface MakeImage {
  readonly graph: BlockGraph;
  readonly driver: string;
  readonly subject: ConformanceSubject;
  readonly size: number;
  /** Options of the node below. */
  readonly under: OptionTree;
}

/** Writes an empty image and returns the options that open it. Protocol drivers are tested under raw. */
async function makeImage({ graph, driver, subject, size, under }: MakeImage): Promise<OptionTree> {
  const { over = driver, wrap } = subject;
  const entry = await drivers.load(over);
  if (entry === undefined) throw new Error(`no driver ${driver}`);
  const file = await graph.open(under);
  if (entry.role === 'protocol') await file.io.truncate(size);
  else await entry.create?.create({ file: file.io, size, options: subject.createOptions ?? {} });
  await graph.release(file);
  const unmap = { discard: 'unmap' };
  if (wrap !== undefined) return { ...wrap({ driver: over, ...unmap, file: under }), ...unmap };
  return entry.role === 'protocol' ? { ...under, ...unmap } : { driver, ...subject.openOptions, ...unmap, file: under };
}

/** A small deterministic generator: numbers from 0 to below 1. */
export function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

function randomBytes(random: () => number, length: number): Buffer {
  return Buffer.alloc(length, Buffer.from(Array.from({ length: 61 }, () => 1 + Math.floor(random() * 255))));
}

function range(
  random: () => number, size: number, { longest = 300_000, unit = random() < 0.3 ? 4096 : 1 }: { longest?: number; unit?: number | undefined } = {},
): { offset: number; length: number } {
  const offset = Math.floor(random() * size);
  const length = 1 + Math.floor(random() * Math.min(longest, size - offset));
  const start = offset - (offset % unit);
  return { offset: start, length: Math.min(size - start, Math.ceil(length / unit) * unit) };
}

export async function readAt(io: BlockIo, offset: number, length: number): Promise<Buffer> {
  const into = Buffer.alloc(length, 0xee);
  await io.read(offset, into);
  return into;
}

export function readAll(io: BlockIo): Promise<Buffer> {
  return readAt(io, 0, io.length);
}

/** Where two buffers differ first; -1 when they do not. A failed comparison of megabytes must not print them. */
export function firstDifference(one: Buffer, other: Buffer): number {
  if (one.equals(other)) return -1;
  return one.findIndex((byte, index) => byte !== other[index]);
}

async function mapAll(io: BlockIo): Promise<Extent[]> {
  const extents: Extent[] = [];
  for (let at = 0; at < io.length; at += (extents.at(-1) as Extent).length) extents.push(await io.map(at, io.length - at));
  return extents;
}

interface Play {
  readonly rounds: number;
  readonly seed: number;
}

async function playWrites(io: BlockIo, model: Buffer, { rounds, seed }: Play): Promise<void> {
  const random = generator(seed);
  for (let round = 0; round < rounds; round++) {
    const { offset, length } = range(random, model.length, { longest: round % 3 === 0 ? 600_000 : 5000 });
    const bytes = randomBytes(random, length);
    bytes.copy(model, offset);
    await io.write(offset, bytes);
    const probe = range(random, model.length, { longest: 10_000 });
    expect(firstDifference(await readAt(io, probe.offset, probe.length), model.subarray(probe.offset, probe.offset + probe.length))).toBe(-1);
  }
}

/** Writes, zeroes, flushes, and discards that are written over at once, since what they leave is open. */
async function playMix(io: BlockIo, model: Buffer, { rounds, seed }: Play): Promise<void> {
  const random = generator(seed);
  for (let round = 0; round < rounds; round++) {
    const { offset, length } = range(random, model.length, { longest: 100_000 });
    const choice = random();
    if (choice < 0.2) {
      await io.writeZeroes(offset, length, { mayUnmap: choice < 0.1 });
      model.fill(0, offset, offset + length);
      continue;
    }
    if (choice < 0.35) await io.discard(offset, length);
    if (choice > 0.95) await io.flush();
    const bytes = randomBytes(random, length);
    bytes.copy(model, offset);
    await io.write(offset, bytes);
  }
}
