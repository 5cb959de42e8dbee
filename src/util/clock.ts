/** Undoes what was asked for; harmless when it has happened already. */
type Cancel = () => void;

/** Where time comes from; tests inject one that stands still. */
export interface Clock {
  /** Monotonic nanoseconds. */
  nowNs(): bigint;
  /** What every request is said to have taken; absent: what it took. */
  readonly latencyNs?: bigint;
}

/** A clock that also calls back. */
export interface TimerClock extends Clock {
  /** Calls back once, in a later turn, when the time has come. */
  at(deadlineNs: bigint, callback: () => void): Cancel;
}

const NS_PER_MS = 1_000_000n;
/** Node's timers take no longer delay. */
const LONGEST_MS = 2_147_483_647n;

/** The machine's monotonic clock. */
export const systemClock: TimerClock = { nowNs: () => process.hrtime.bigint(), at };

function at(deadlineNs: bigint, callback: () => void): Cancel {
  const left = deadlineNs - process.hrtime.bigint();
  if (left <= 0n) {
    const immediate = setImmediate(callback);
    return () => clearImmediate(immediate);
  }
  const milliseconds = (left + NS_PER_MS - 1n) / NS_PER_MS;
  let cancel: Cancel;
  const timer = setTimeout(() => {
    if (process.hrtime.bigint() >= deadlineNs) callback();
    else cancel = at(deadlineNs, callback);
  }, Number(milliseconds < LONGEST_MS ? milliseconds : LONGEST_MS));
  cancel = () => clearTimeout(timer);
  return () => cancel();
}
