import { describe, expect, it } from 'vitest';
import { BitSet } from '../../src/util/bit-set.ts';
import { SparseBitSet } from '../../src/util/sparse-bit-set.ts';

const seed = Number(process.env.QMON_SEED ?? 20261121);

function randomNumbers(start: number): (below: number) => number {
  let state = start % 2147483647;
  return (below) => (state = (state * 48271) % 2147483647) % below;
}

describe('a sparse set of bits', () => {
  it(`agrees with a plain one through many random changes (seed ${seed})`, () => {
    const size = 3 * 32768 + 517;
    const sparse = new SparseBitSet(size);
    const plain = new BitSet(size);
    const random = randomNumbers(seed);
    for (let round = 0; round < 1500; round++) {
      const start = random(size);
      const end = Math.min(size, start + random(random(4) === 0 ? size : 300));
      const change = random(2) === 0 ? 'add' : 'remove';
      sparse[change](start, end);
      plain[change](start, end);
      expect(sparse.count).toBe(plain.count);
      const from = random(size);
      const next = plain.next(from);
      expect(sparse.next(from)).toBe(next);
      expect(sparse.has(from)).toBe(plain.has(from));
      if (next >= 0) expect(sparse.runEnd(next)).toBe(plain.runEnd(next, size));
    }
    const runs = [...sparse.runs()];
    expect(runs.reduce((sum, [start, end]) => sum + end - start, 0)).toBe(plain.count);
    expect(runs.every(([start, end]) => plain.has(start) && plain.runEnd(start, size) === end)).toBe(true);
  });

  it('counts, finds and clears in sizes far beyond memory', () => {
    const size = 2 ** 44 + 5;
    const set = new SparseBitSet(size);
    expect(set.next(0)).toBe(-1);
    set.add(2 ** 43 - 7, 2 ** 43 + 9);
    set.add(size - 1, size);
    expect([set.count, set.next(0), set.next(2 ** 43 + 9)]).toEqual([17, 2 ** 43 - 7, size - 1]);
    set.add(0, size);
    expect([set.count, set.runEnd(3)]).toEqual([size, size]);
    set.remove(1000, size - 1000);
    expect([...set.runs()]).toEqual([[0, 1000], [size - 1000, size]]);
  });

  it('keeps what fits when its size changes, and takes another set in', () => {
    const set = new SparseBitSet(100_000);
    set.add(10, 20);
    set.add(60_000, 100_000);
    expect([...set.resized(70_000).runs()]).toEqual([[10, 20], [60_000, 70_000]]);
    expect([...set.resized(200_000).runs()]).toEqual([[10, 20], [60_000, 100_000]]);
    const other = new SparseBitSet(100_000);
    other.add(15, 60_000);
    set.addAll(other);
    expect([...set.runs()]).toEqual([[10, 100_000]]);
  });

  it('ends where it ends, however far somebody looks', () => {
    const set = new SparseBitSet(100);
    set.add(90, 100);
    expect([set.next(0, 1000), set.runEnd(90, 1000), set.next(100, 1000), set.has(100)]).toEqual([90, 100, -1, false]);
    set.add(0, 100);
    expect(set.runEnd(3, 2 ** 40)).toBe(100);
  });

  it('is empty at size 0', () => {
    const set = new SparseBitSet(0);
    expect([set.count, set.next(0), [...set.runs()]]).toEqual([0, -1, []]);
  });
});
