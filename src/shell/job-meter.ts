/** What is remembered of a job's bytes between two readings. */
export interface JobMeter {
  readonly done: number;
  readonly total: number;
  /** Bytes per second that the job gets done, and that others add to its work; smoothed; absent until two readings are there. */
  readonly rate?: number;
  readonly growth?: number;
  /** The least that was ever left to do, and when that was. */
  readonly leastLeft: number;
  readonly leastAtMs: number;
}

/** The time over which a change of rate is forgotten to a third. */
const smoothingSeconds = 3;
/** Work that has not become less for so long, while the job moves, is taken to grow as fast as it is done. */
const patienceMs = 10_000;

/** Takes one reading of a job; one that stands still on purpose does not become late by that. */
export function turnMeter(before: JobMeter | undefined, now: { done: number; total: number; atMs: number; isMoving: boolean }, seconds: number): JobMeter {
  const { done, total, atMs } = now;
  const left = total - done;
  if (before === undefined || done < before.done) return { done, total, leastLeft: left, leastAtMs: atMs };
  const isLess = left < before.leastLeft || !now.isMoving;
  return {
    done, total,
    rate: smoothed(before.rate, (done - before.done) / seconds, seconds),
    growth: smoothed(before.growth, Math.max(0, total - before.total) / seconds, seconds),
    leastLeft: isLess ? left : before.leastLeft,
    leastAtMs: isLess ? atMs : before.leastAtMs,
  };
}

/**
 * Whether what is left does not become less although the job gets something done. One that is ready follows the guest: it
 * loses only when it has fallen behind by more than it does in ten seconds.
 */
export function isLosing(meter: JobMeter, { atMs, isReady }: { atMs: number; isReady: boolean }): boolean {
  const { done, total, rate = 0, growth = 0, leastAtMs } = meter;
  const isBehind = isReady ? total - done > (rate * patienceMs) / 1000 : total > done;
  return isBehind && rate >= 1 && growth > 0 && atMs - leastAtMs >= patienceMs;
}

/** Seconds until nothing is left, with what others add taken into account; undefined when it does not get there. */
export function secondsLeft({ done, total, rate = 0, growth = 0 }: JobMeter): number | undefined {
  const net = rate - growth;
  return total > done && net >= 1 ? (total - done) / net : undefined;
}

function smoothed(before: number | undefined, now: number, seconds: number): number {
  return before === undefined ? now : before + (now - before) * (1 - Math.exp(-seconds / smoothingSeconds));
}
