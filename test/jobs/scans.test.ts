import { describe, expect, it } from 'vitest';
import { BackupScan } from '../../src/jobs/backup-scan.ts';
import type { BackupPiece } from '../../src/jobs/backup-scan.ts';
import { isBlank, mapChain } from '../../src/block/chain-map.ts';
import { ChainScan } from '../../src/jobs/chain-scan.ts';
import type { ChainPiece } from '../../src/jobs/chain-scan.ts';
import { BitSet } from '../../src/util/bit-set.ts';
import { MemoryImage, memoryNode } from '../support/memory-image.ts';

const KIB = 1024;
const MIB = KIB * KIB;

async function makeChain() {
  const base = await memoryNode('base', new MemoryImage({ length: 4 * MIB }));
  const middle = await memoryNode('middle', new MemoryImage({ length: 6 * MIB, clusterSize: 16 * KIB }), base);
  const top = await memoryNode('top', new MemoryImage({ length: 8 * MIB }), middle);
  await base.io.write(0, Buffer.alloc(4 * MIB, 1));
  await middle.io.write(2 * MIB, Buffer.alloc(40 * KIB, 2));
  await middle.io.writeZeroes(3 * MIB, 128 * KIB);
  await top.io.write(MIB, Buffer.alloc(64 * KIB, 3));
  return { base, middle, top };
}

async function all<Piece>(next: () => Promise<Piece | undefined>): Promise<Piece[]> {
  const pieces: Piece[] = [];
  for (let piece = await next(); piece !== undefined; piece = await next()) pieces.push(piece);
  return pieces;
}

describe('the map of a chain', () => {
  it('says which node holds a run, and that there is nothing beyond a shorter node', async () => {
    const { base, middle, top } = await makeChain();
    expect(await mapChain(top, 0, 8 * MIB)).toMatchObject({ kind: 'data', length: MIB, node: base });
    expect(await mapChain(top, MIB, 8 * MIB - MIB)).toMatchObject({ kind: 'data', length: 64 * KIB, node: top });
    expect(await mapChain(top, 2 * MIB, MIB)).toMatchObject({ kind: 'data', length: 48 * KIB, node: middle });
    expect(await mapChain(top, 5 * MIB, 3 * MIB)).toMatchObject({ kind: 'zero', length: MIB });
    expect(await mapChain(top, 7 * MIB, MIB)).toMatchObject({ kind: 'zero', length: MIB });
    expect(await mapChain(top, 0, MIB, base)).toMatchObject({ kind: 'unallocated', length: MIB });
  });

  it('calls a node blank only when nothing lies in or under it', async () => {
    const { middle } = await makeChain();
    const fresh = await memoryNode('fresh', new MemoryImage({ length: MIB }));
    expect(await isBlank(fresh)).toBe(true);
    await fresh.io.writeZeroes(0, 64 * KIB);
    expect(await isBlank(fresh)).toBe(true);
    await fresh.io.write(0, Buffer.alloc(4 * KIB));
    expect(await isBlank(fresh)).toBe(true);
    await fresh.io.write(0, Buffer.alloc(1, 1));
    expect(await isBlank(fresh)).toBe(false);
    expect(await isBlank(await memoryNode('over', new MemoryImage({ length: MIB }), middle))).toBe(false);
  });
});

describe('the scan of a backup', () => {
  const scanned = async (onlyTop: boolean, pending = BitSet.full(128), limit = 64 * MIB) => {
    const { top } = await makeChain();
    const scan = new BackupScan({ source: top, pending, clusterSize: 64 * KIB, onlyTop });
    const take = (piece: BackupPiece | undefined) => {
      if (piece) pending.remove(piece.start, piece.end);
      return piece && `${piece.kind} ${piece.start}-${piece.end}`;
    };
    return all(async () => take(await scan.next(limit)));
  };

  it('joins neighbouring data up to a mebibyte and leaves zeroes apart', async () => {
    expect(await scanned(false)).toEqual(['data 0-16', 'data 16-32', 'data 32-48', 'zero 48-50', 'data 50-64', 'zero 64-96', 'zero 96-128']);
  });

  it('skips what the top image does not hold', async () => {
    expect(await scanned(true)).toEqual(['skip 0-16', 'data 16-17', 'skip 17-128']);
  });

  it('keeps pieces small where the speed is low', async () => {
    expect((await scanned(false, BitSet.full(128), 150 * KIB)).slice(0, 3)).toEqual(['data 0-2', 'data 2-4', 'data 4-6']);
    expect((await scanned(false, BitSet.full(128), 1)).slice(0, 2)).toEqual(['data 0-1', 'data 1-2']);
  });

  it('looks at pending clusters only', async () => {
    const pending = new BitSet(128);
    pending.add(3, 5);
    pending.add(100, 101);
    expect(await scanned(false, pending)).toEqual(['data 3-5', 'zero 100-101']);
  });
});

describe('the scan of a stream', () => {
  const scanned = async (useBase: boolean) => {
    const { top, base } = await makeChain();
    let passed = 0;
    const scan = new ChainScan({
      chain: top.backing, base: useBase ? base : undefined, except: top, length: top.io.length, clusterSize: 64 * KIB,
      passed: (bytes) => (passed += bytes),
    });
    const pieces = await all<ChainPiece>(() => scan.next(64 * MIB));
    const copied = pieces.reduce((sum, { length }) => sum + length, 0);
    return { pieces: pieces.map(({ kind, offset, length }) => `${kind} ${offset / KIB}+${length / KIB}`), sum: passed + copied };
  };

  it('finds what lies below, and passes zeroes when nothing stays below', async () => {
    const { pieces, sum } = await scanned(false);
    expect(pieces).toEqual(['data 0+1024', 'data 1088+1024', 'data 2112+960', 'data 3200+896']);
    expect(sum).toBe(8 * MIB);
  });

  it('finds what lies between the top and the base, zeroes that hide the base among it', async () => {
    const { pieces, sum } = await scanned(true);
    expect(pieces).toEqual(['data 2048+64', 'zero 3072+128', 'zero 6144+2048']);
    expect(sum).toBe(8 * MIB);
  });

  it('brings a failed piece back', async () => {
    const { top } = await makeChain();
    const scan = new ChainScan({ chain: top.backing, base: undefined, except: top, length: top.io.length, clusterSize: 64 * KIB, passed: () => {} });
    const first = await scan.next(64 * MIB);
    scan.repeat(first!);
    expect(await scan.next(64 * MIB)).toBe(first);
    expect(await scan.next(64 * MIB)).not.toBe(first);
  });
});
