import { describe, expect, it } from 'vitest';
import { RateLimit } from '../../src/jobs/rate-limit.ts';
import { VirtualClock } from '../support/virtual-clock.ts';

/** Moves pieces as fast as the limit allows for some seconds, with timers that fire late; returns bytes per second. */
async function measure(speed: number, piece: number, lateness: number): Promise<number> {
  const clock = new VirtualClock();
  const limit = new RateLimit(clock);
  limit.speed = speed;
  let bytes = 0;
  while (clock.now() < 10_000) {
    limit.count(piece);
    bytes += piece;
    const delay = limit.delay();
    if (delay > 0) await clock.pass(delay + lateness);
  }
  return bytes / (clock.now() / 1000);
}

describe('the rate limit', () => {
  it.each([
    [1_000_000, 65536, 0], [1_000_000, 65536, 3], [100_000_000, 1 << 20, 2], [65536, 65536, 5], [10_000_000, 1 << 20, 1],
  ])('keeps %i bytes per second within 5 percent in pieces of %i with timers %i ms late', async (speed, piece, lateness) => {
    const measured = await measure(speed, piece, lateness);
    expect(Math.abs(measured / speed - 1)).toBeLessThan(0.05);
  });

  it('does not wait without a speed', () => {
    const limit = new RateLimit(new VirtualClock());
    limit.count(1e12);
    expect(limit.delay()).toBe(0);
    expect(limit.burst).toBe(Number.MAX_SAFE_INTEGER);
  });

  it('lets a job that rested for long not catch up', async () => {
    const clock = new VirtualClock();
    const limit = new RateLimit(clock);
    limit.speed = 1000;
    limit.count(100);
    await clock.pass(60_000);
    limit.count(1000);
    expect(limit.delay()).toBeGreaterThan(900);
  });
});
