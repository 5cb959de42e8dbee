import { describe, expect, it } from 'vitest';
import { BitSet } from '../../src/util/bit-set.ts';

describe('a set of bits', () => {
  it('starts empty or full, whatever its size', () => {
    for (const size of [0, 1, 31, 32, 33, 100]) {
      expect(new BitSet(size).count).toBe(0);
      const full = BitSet.full(size);
      expect(full.count).toBe(size);
      expect(full.next(0)).toBe(size === 0 ? -1 : 0);
      expect(full.remove(0, size)).toBe(size);
      expect(full.next(0)).toBe(-1);
    }
  });

  it('agrees with a plain set through many random changes', () => {
    const size = 517;
    const set = new BitSet(size);
    const plain = new Set<number>();
    let seed = 1;
    const random = (below: number) => (seed = (seed * 48271) % 2147483647) % below;
    for (let round = 0; round < 2000; round++) {
      const start = random(size);
      const end = start + random(size - start + 1);
      const isAdding = random(2) === 0;
      for (let index = start; index < end; index++) if (isAdding) plain.add(index); else plain.delete(index);
      if (isAdding) set.add(start, end);
      else set.remove(start, end);
      expect(set.count).toBe(plain.size);
      const from = random(size);
      const members = [...plain].filter((index) => index >= from).sort((a, b) => a - b);
      expect(set.next(from)).toBe(members[0] ?? -1);
      const first = members[0];
      if (first !== undefined) {
        let runEnd = first;
        while (plain.has(runEnd)) runEnd++;
        expect(set.runEnd(first, size)).toBe(runEnd);
      }
    }
  });
});
