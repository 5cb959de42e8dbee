import { describe, expect, it } from 'vitest';
import { DirtyBitmap } from '../../src/block/dirty-bitmap.ts';
import { DirtyBitmaps } from '../../src/block/dirty-bitmaps.ts';

const bitmap = (more: Partial<ConstructorParameters<typeof DirtyBitmap>[0]> = {}) =>
  new DirtyBitmap({ name: 'b', granularity: 512, length: 10_000, ...more });
const runs = ({ bits }: DirtyBitmap) => [...bits.runs()];

describe('a dirty bitmap', () => {
  it('notes every bit that a write touches, and nothing beyond the end', () => {
    const one = bitmap();
    one.mark(511, 2);
    one.mark(9_999, 5_000);
    one.mark(50_000, 1);
    expect(runs(one)).toEqual([[0, 2], [19, 20]]);
    expect(one.count).toBe(3 * 512);
  });

  it('records only while it is enabled, but can be made dirty by hand', () => {
    const one = bitmap({ enabled: false });
    one.mark(0, 512);
    expect(one.count).toBe(0);
    const undo = one.setRecording(true);
    one.mark(0, 512);
    undo();
    one.mark(512, 512);
    one.add(1024, 512);
    expect(runs(one)).toEqual([[0, 1], [2, 3]]);
  });

  it('stands still while it is frozen, and is then replaced by what was written meanwhile or joined with it', () => {
    for (const [end, left] of [['replace', [[4, 5]]], ['addBack', [[0, 1], [4, 5]]]] as const) {
      const one = bitmap();
      one.mark(0, 1);
      const frozen = one.freeze();
      one.mark(2048, 1);
      expect([runs(one), one.isBusy]).toEqual([[[0, 1]], true]);
      expect(() => one.checkFor('use')).toThrow("Bitmap 'b' is currently in use by another operation and cannot be used");
      frozen[end]();
      expect([runs(one), one.isBusy]).toEqual([left, false]);
    }
  });

  it('keeps what fits when the disk changes its length, also while it is frozen', () => {
    const one = bitmap();
    one.mark(0, 10_000);
    const frozen = one.freeze();
    one.mark(4096, 1000);
    one.resize(4500);
    one.resize(8192);
    expect(runs(one)).toEqual([[0, 9]]);
    frozen.replace();
    expect(runs(one)).toEqual([[8, 9]]);
  });

  it('takes in a bitmap of another granularity, whole bits at a time, and can give it back', () => {
    const fine = bitmap();
    const coarse = bitmap({ granularity: 4096 });
    fine.mark(5000, 1);
    const undo = coarse.merge(fine);
    expect(runs(coarse)).toEqual([[1, 2]]);
    fine.merge(coarse);
    expect(runs(fine)).toEqual([[8, 16]]);
    undo();
    expect(coarse.count).toBe(0);
    expect(() => fine.merge(bitmap({ length: 5 }))).toThrow('Bitmaps are of different sizes (destination size is 10000, source size is 5)');
  });

  it('can only be removed when it is inconsistent, and only be switched when its image is read-only', () => {
    const broken = bitmap({ persistent: true, inconsistent: true });
    expect(broken.isRecording).toBe(false);
    expect(() => broken.checkFor('use')).toThrow("Bitmap 'b' is inconsistent and cannot be used");
    expect(() => broken.checkFor('remove')).not.toThrow();
    const stored = bitmap({ persistent: true });
    stored.isReadOnly = true;
    expect(() => stored.checkFor('use')).not.toThrow();
    for (const use of ['change', 'remove'] as const) {
      expect(() => stored.checkFor(use)).toThrow("Bitmap 'b' is readonly and cannot be modified");
    }
  });
});

describe('the bitmaps of a node', () => {
  it('are found by name, the newest first, and all note a write', () => {
    const bitmaps = new DirtyBitmaps();
    const [first, second, own] = [bitmap({ name: 'one' }), bitmap({ name: 'two' }), bitmap({ name: undefined })];
    for (const one of [first, second, own]) bitmaps.add(one);
    bitmaps.mark(0, 600);
    bitmaps.mark(2000, 0);
    expect([...bitmaps].map(({ name, count }) => [name, count])).toEqual([[undefined, 1024], ['two', 1024], ['one', 1024]]);
    expect(bitmaps.find('one')).toBe(first);
    bitmaps.delete(first);
    expect(bitmaps.find('one')).toBeUndefined();
  });
});
