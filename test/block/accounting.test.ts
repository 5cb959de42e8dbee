import { describe, expect, it } from 'vitest';
import { BlockAccounting } from '../../src/block/accounting.ts';
import { TimedAverage } from '../../src/block/timed-average.ts';
import { VirtualClock } from '../../src/util/virtual-clock.ts';

const SECOND = 1_000_000_000n;

describe('an average over time', () => {
  it('tells the least, the most and the mean of what came within the older of two windows', () => {
    const clock = new VirtualClock();
    const average = new TimedAverage(clock, 3n * SECOND);
    expect(average.report()).toEqual({ min: 0n, max: 0n, average: 0n, sum: 0n, elapsedNs: 2n * SECOND });
    for (const value of [5n, 1n, 4n]) average.add(value);
    clock.step(SECOND);
    expect(average.report()).toEqual({ min: 1n, max: 5n, average: 3n, sum: 10n, elapsedNs: 3n * SECOND });
  });

  it('forgets window by window', () => {
    const clock = new VirtualClock();
    const average = new TimedAverage(clock, 3n * SECOND);
    average.add(10n);
    clock.step(2n * SECOND);
    // The first window begins anew; the second, which is older now, still knows.
    average.add(20n);
    expect(average.report()).toMatchObject({ min: 10n, max: 20n, average: 15n, elapsedNs: 2n * SECOND });
    clock.step(2n * SECOND);
    expect(average.report()).toMatchObject({ min: 20n, max: 20n, elapsedNs: 2n * SECOND });
    clock.step(2n * SECOND);
    expect(average.report()).toMatchObject({ min: 0n, max: 0n, sum: 0n });
  });

  it('keeps to its raster after a long pause', () => {
    const clock = new VirtualClock();
    const average = new TimedAverage(clock, 3n * SECOND);
    clock.step(101n * SECOND);
    expect(average.report().elapsedNs).toBe(3n * SECOND);
  });
});

describe('the account of a device', () => {
  it('counts exactly 1 ms for every request on a virtual clock', () => {
    const clock = new VirtualClock();
    const accounting = new BlockAccounting(clock, { intervals: [3] });
    const start = accounting.start();
    clock.step(SECOND);
    for (let count = 0; count < 5; count++) accounting.done('read', 512, start);
    accounting.done('flush', 0, start);
    expect(accounting.read).toMatchObject({ operations: 5, bytes: 2560, totalTimeNs: 5_000_000n });
    expect(accounting.intervals[0]!.latency.read.report()).toMatchObject({ min: 1_000_000n, max: 1_000_000n, average: 1_000_000n, sum: 5_000_000n });
    expect(accounting.intervals[0]!.latency.write.report().sum).toBe(0n);
    expect(accounting.flush.totalTimeNs).toBe(1_000_000n);
  });

  it('takes failed requests for accesses only when asked to', () => {
    const clock = new VirtualClock();
    const [counts, ignores] = [new BlockAccounting(clock), new BlockAccounting(clock, { accountFailed: false, intervals: [1] })];
    for (const accounting of [counts, ignores]) accounting.failed('write', accounting.start());
    clock.step(7n);
    expect([counts.write.failed, counts.write.totalTimeNs, counts.idleTimeNs]).toEqual([1, 1_000_000n, 7n]);
    expect([ignores.write.failed, ignores.write.totalTimeNs, ignores.idleTimeNs]).toEqual([1, 0n, undefined]);
    expect(ignores.intervals[0]!.latency.write.report().sum).toBe(0n);
  });

  it('takes invalid requests for accesses only when asked to, and never for latencies', () => {
    const clock = new VirtualClock();
    const [counts, ignores] = [new BlockAccounting(clock, { intervals: [1] }), new BlockAccounting(clock, { accountInvalid: false })];
    for (const accounting of [counts, ignores]) accounting.invalid('read');
    clock.step(9n);
    expect([counts.read.invalid, counts.idleTimeNs, counts.read.totalTimeNs]).toEqual([1, 9n, 0n]);
    expect([ignores.read.invalid, ignores.idleTimeNs]).toEqual([1, undefined]);
  });

  it('counts merged requests apart', () => {
    const accounting = new BlockAccounting();
    accounting.merged('write', 3);
    expect(accounting.write).toMatchObject({ merged: 3, operations: 0 });
  });
});
