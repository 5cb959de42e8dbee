import { describe, expect, it } from 'vitest';
import { PointInTime } from '../../src/jobs/point-in-time.ts';

function makePoint(copyForGuest: (start: number, end: number) => Promise<void> = async () => {}) {
  const copied: [number, number][] = [];
  const point = new PointInTime({
    length: 100 * 1000 + 1, clusterSize: 1000,
    copyForGuest: async (start, end) => {
      await copyForGuest(start, end);
      copied.push([start, end]);
    },
  });
  return { point, copied };
}

describe('a point in time', () => {
  it('starts with every cluster pending, the cut one at the end too', () => {
    expect(makePoint().point.pending.count).toBe(101);
  });

  it('copies the clusters that a write touches, once', async () => {
    const { point, copied } = makePoint();
    await point.beforeWrite(1500, 1000);
    await point.beforeWrite(1000, 2000);
    await point.beforeWrite(999, 1);
    expect(copied).toEqual([[1, 3], [0, 1]]);
    expect(point.pending.count).toBe(98);
  });

  it('copies a long write piece by piece, around what is copied already', async () => {
    const { point, copied } = makePoint();
    await point.copy(5, 7, async () => {});
    await point.beforeWrite(0, 30_000);
    expect(copied).toEqual([[0, 5], [7, 23], [23, 30]]);
  });

  it('makes a cluster pending again when its copy fails, and the write fails', async () => {
    let isFailing = true;
    const { point, copied } = makePoint(async () => { if (isFailing) throw new Error('full'); });
    await expect(point.beforeWrite(0, 10)).rejects.toThrow('full');
    expect(point.pending.count).toBe(101);
    isFailing = false;
    await point.beforeWrite(0, 10);
    expect(copied).toEqual([[0, 1]]);
  });

  it('copies for the guest what another copy failed to', async () => {
    const { point, copied } = makePoint();
    let fail: (error: Error) => void = () => {};
    const failing = point.copy(0, 2, () => new Promise((_, reject) => { fail = reject; }));
    const write = point.beforeWrite(0, 10);
    fail(new Error('gone'));
    await expect(failing).rejects.toThrow('gone');
    await write;
    expect(copied).toEqual([[0, 1]]);
  });

  it('lets writes pass once it is closed', async () => {
    const { point, copied } = makePoint();
    await point.close();
    await point.beforeWrite(0, 10_000);
    expect(copied).toEqual([]);
  });
});
