import { describe, expect, it } from 'vitest';
import { RequestLocks } from '../../../../src/block/drivers/qcow2/request-locks.ts';

/** Whether a promise settles without anything else happening. */
async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  let settled = false;
  void promise.then(() => (settled = true));
  for (let turn = 0; turn < 5; turn++) await Promise.resolve();
  return settled;
}

describe('the order of requests on guest clusters', () => {
  it('lets those share that only share, and keeps the others apart', async () => {
    const locks = new RequestLocks();
    const reads = [await locks.acquire(0, 9, 'shared'), await locks.acquire(5, 9, 'shared')];
    const change = locks.acquire(9, 12, 'exclusive');
    expect(await isSettled(change)).toBe(false);
    reads.forEach((read) => read.release());
    expect(await isSettled(change)).toBe(true);
  });

  it('serves those who come first first: a reader does not pass a change that waits', async () => {
    const locks = new RequestLocks();
    const read = await locks.acquire(0, 0, 'shared');
    const change = locks.acquire(0, 0, 'exclusive');
    const late = locks.acquire(0, 0, 'shared');
    expect(locks.tryShare(0, 0)).toBeUndefined();
    read.release();
    (await change).release();
    expect(await isSettled(late)).toBe(true);
  });

  it('shares at once where nobody is in the way, and holds up changes as any other', async () => {
    const locks = new RequestLocks();
    const change = await locks.acquire(4, 7, 'exclusive');
    expect(locks.tryShare(7, 8)).toBeUndefined();
    const read = locks.tryShare(8, 9);
    const later = locks.acquire(9, 9, 'exclusive');
    expect(await isSettled(later)).toBe(false);
    read?.release();
    expect(await isSettled(later)).toBe(true);
    change.release();
    expect(locks.tryShare(4, 8)).toBeDefined();
  });
});
