/** Where time comes from; tests inject one that stands still. */
export interface Clock {
  /** Monotonic nanoseconds. */
  nowNs(): bigint;
}

/** The machine's monotonic clock. */
export const systemClock: Clock = { nowNs: () => process.hrtime.bigint() };
