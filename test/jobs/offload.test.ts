import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { mapChain } from '../../src/block/chain-map.ts';
import { BlockGraph } from '../../src/block/graph.ts';
import type { BlockNode } from '../../src/block/node.ts';
import { isCopyRangeAvailable } from '../../src/host/copy-range.ts';
import { hostRangeOf } from '../../src/jobs/host-range.ts';
import { JobCancelled } from '../../src/jobs/job-work.ts';
import { Offload } from '../../src/jobs/offload.ts';
import { Random } from '../support/random-bytes.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const MIB = 1 << 20;
const LENGTH = 4 * MIB;

describe.runIf(isCopyRangeAvailable())('a copy inside the host', () => {
  const folder = temporaryFolder();
  const path = (name: string) => join(folder, name);
  let graph: BlockGraph;
  let offload: Offload;
  let bytes: Buffer;

  beforeEach(() => {
    graph = new BlockGraph();
    offload = new Offload(undefined);
    bytes = new Random().bytes(LENGTH);
    bytes.fill(0, MIB, MIB + 8192);
  });

  afterEach(() => graph.closeAll());

  const create = async (name: string, format: string): Promise<BlockNode> => {
    await graph.createImage({ filename: path(name), format, size: LENGTH });
    return graph.openFile(path(name), { format, readOnly: false, discard: 'unmap', detectZeroes: 'unmap' });
  };

  const openRaw = async (): Promise<BlockNode> => {
    writeFileSync(path('source.raw'), bytes);
    return graph.openFile(path('source.raw'), { format: 'raw', readOnly: true });
  };

  /** Offsets of the mebibytes that were not copied inside the host. */
  const copy = async (source: BlockNode, target: BlockNode, [offset, length]: [offset: number, length: number]): Promise<number[]> => {
    const from = hostRangeOf(await mapChain(source, offset, length));
    const carried: number[] = [];
    await offload.copy({ from, source: source.io, target: target.io, offset, length }, async (at) => void carried.push(at));
    return carried;
  };

  const holds = async (node: BlockNode, start: number, end: number): Promise<boolean> => {
    const content = Buffer.alloc(end - start);
    await node.io.read(start, content);
    return content.equals(bytes.subarray(start, end));
  };

  it.each(['raw', 'qcow2'])('goes from a raw file to a %s one, also where writes of zeroes are looked for', async (format) => {
    const [source, target] = [await openRaw(), await create(`target.${format}`, format)];
    expect(await copy(source, target, [2 * MIB, MIB])).toEqual([]);
    expect(await holds(target, 2 * MIB, 3 * MIB)).toBe(true);
  });

  it('goes from a qcow2 file to a raw one', async () => {
    const [source, target] = [await create('source.qcow2', 'qcow2'), await create('target.raw', 'raw')];
    await source.io.write(0, bytes);
    expect(await copy(source, target, [2 * MIB, 2 * MIB])).toEqual([]);
    await graph.closeAll();
    expect(readFileSync(path('target.raw')).subarray(2 * MIB).equals(bytes.subarray(2 * MIB))).toBe(true);
  });

  it.each(['raw', 'qcow2'])('leaves to be read what begins with zeroes, and goes on behind it, into a %s file', async (format) => {
    const [source, target] = [await openRaw(), await create(`zeroes.${format}`, format)];
    expect(await copy(source, target, [0, LENGTH])).toEqual([MIB]);
    expect(await holds(target, 0, MIB)).toBe(true);
    expect(await holds(target, 2 * MIB, LENGTH)).toBe(true);
  });

  it('goes on after a piece that the target wants to see', async () => {
    const [source, target] = [await openRaw(), await create('edges.qcow2', 'qcow2')];
    expect(await copy(source, target, [0, 512])).toEqual([0]);
    expect(await copy(source, target, [0, MIB])).toEqual([]);
    expect(await holds(target, 0, MIB)).toBe(true);
  });

  it('ends between two steps when nobody wants the piece any more', async () => {
    const [source, target] = [await openRaw(), await create('unwanted.raw', 'raw')];
    const from = hostRangeOf(await mapChain(source, 2 * MIB, 2 * MIB));
    let asked = 0;
    const piece = { from, source: source.io, target: target.io, offset: 2 * MIB, length: 2 * MIB, isWanted: () => ++asked < 2 };
    await expect(offload.copy(piece, async () => expect.unreachable())).rejects.toThrow(JobCancelled);
    expect(await holds(target, 2 * MIB, 3 * MIB)).toBe(true);
    expect(await holds(target, 3 * MIB, LENGTH)).toBe(false);
  });
});
