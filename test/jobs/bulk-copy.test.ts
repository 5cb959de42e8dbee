import { describe, expect, it } from 'vitest';
import { bulkCopy } from '../../src/jobs/bulk-copy.ts';
import { JobTable } from '../../src/jobs/job-table.ts';
import type { BlockJob } from '../../src/jobs/block-job.ts';
import { settle, VirtualClock } from '../support/virtual-clock.ts';

/** A job that copies `pieces` of 100 bytes; each waits until it is let go. */
function start(pieces: number, options: { speed?: number; failing?: number } = {}) {
  const clock = new VirtualClock();
  const job: BlockJob = new JobTable({ clock }).create({ id: 'j0', type: 'backup', speed: options.speed });
  const flying: (() => void)[] = [];
  const moved: number[] = [];
  let asked = 0;
  const copied = new Promise<unknown>((resolve) => {
    job.start({
      run: async () => {
        const copying = bulkCopy<number>(job, {
          next: async () => (asked < pieces ? asked++ : undefined),
          cost: () => 100,
          move: async (piece) => {
            await new Promise<void>((land) => flying.push(land));
            if (piece === options.failing) throw new Error(`piece ${piece}`);
            moved.push(piece);
          },
        });
        resolve(await copying.then(() => undefined, (error: unknown) => error));
        await copying;
      },
      clean: async () => {},
    });
  });
  const landAll = async () => {
    while (flying.length > 0) {
      flying.shift()?.();
      await settle();
    }
  };
  return { job, clock, flying, moved, copied, landAll };
}

describe('a bulk copy', () => {
  it('keeps eight pieces in flight and no more', async () => {
    const { flying, moved, copied, landAll } = start(20);
    await settle();
    expect(flying.length).toBe(8);
    flying.shift()?.();
    await settle();
    expect(flying.length).toBe(8);
    await landAll();
    expect(await copied).toBeUndefined();
    expect(moved.length).toBe(20);
  });

  it('pauses only when nothing is in flight any more', async () => {
    const { job, flying, landAll } = start(20);
    await settle();
    job.pause();
    await settle();
    expect(job.state).toBe('running');
    await landAll();
    expect(job.state).toBe('paused');
    expect(flying.length).toBe(0);
    job.resume();
    await settle();
    expect(flying.length).toBe(8);
    await landAll();
    await job.done;
  });

  it('waits for what is in flight when a piece fails, and asks for no more', async () => {
    const { job, flying, moved, copied, landAll } = start(20, { failing: 0 });
    await settle();
    flying.shift()?.();
    await settle();
    expect(flying.length).toBe(7);
    await landAll();
    expect(await copied).toEqual(new Error('piece 0'));
    expect(moved).toEqual([1, 2, 3, 4, 5, 6, 7]);
    await job.done;
    expect(job.error).toBe('piece 0');
  });

  it('ends as cancelled once what is in flight has landed', async () => {
    const { job, copied, landAll, moved } = start(20);
    await settle();
    job.cancel();
    await landAll();
    expect(await copied).toMatchObject({ name: 'JobCancelled' });
    expect(moved.length).toBe(8);
    await job.done;
  });

  it('starts no piece that the speed does not allow yet', async () => {
    const { job, clock, flying, landAll } = start(20, { speed: 1000 });
    await clock.pass(50);
    expect(flying.length).toBe(1);
    await clock.pass(100);
    expect(flying.length).toBe(2);
    job.setSpeed(0);
    await settle();
    expect(flying.length).toBe(8);
    await landAll();
    await job.done;
  });
});
