import type { Clock } from '../util/clock.ts';

/** The values of some stretch of time. */
class Window {
  min: bigint | undefined;
  max = 0n;
  sum = 0n;
  count = 0n;
  expiresNs: bigint;

  constructor(expiresNs: bigint) {
    this.expiresNs = expiresNs;
  }

  add(value: bigint): void {
    this.sum += value;
    this.count++;
    if (this.min === undefined || value < this.min) this.min = value;
    if (value > this.max) this.max = value;
  }

  /** Starts anew when it is over; it ends at multiples of the period from its first end. */
  expire(nowNs: bigint, periodNs: bigint): void {
    if (this.expiresNs > nowNs) return;
    this.min = undefined;
    this.max = this.sum = this.count = 0n;
    this.expiresNs = nowNs + periodNs - (nowNs - this.expiresNs) % periodNs;
  }
}

export interface AverageReport {
  readonly min: bigint;
  readonly max: bigint;
  readonly average: bigint;
  readonly sum: bigint;
  /** Nanoseconds in which the values came. */
  readonly elapsedNs: bigint;
}

/**
 * Minimum, maximum and average of recent values. Two windows half a period apart take every value and the older one is told of,
 * so that there is never a moment without a past. As in QEMU, the windows are 4/3 as long as the period asked for:
 * what is told then covers 2/3 to 4/3 of it.
 */
export class TimedAverage {
  readonly #clock: Clock;
  readonly #periodNs: bigint;
  readonly #windows: readonly [Window, Window];

  constructor(clock: Clock, periodNs: bigint) {
    this.#clock = clock;
    this.#periodNs = periodNs * 4n / 3n;
    const now = clock.nowNs();
    this.#windows = [new Window(now + this.#periodNs / 2n), new Window(now + this.#periodNs)];
  }

  add(value: bigint): void {
    this.#expire();
    for (const window of this.#windows) window.add(value);
  }

  report(): AverageReport {
    const now = this.#expire();
    const [one, two] = this.#windows;
    const { min = 0n, max, sum, count, expiresNs } = one.expiresNs < two.expiresNs ? one : two;
    return { min, max, sum, average: count > 0n ? sum / count : 0n, elapsedNs: this.#periodNs - (expiresNs - now) };
  }

  #expire(): bigint {
    const now = this.#clock.nowNs();
    for (const window of this.#windows) window.expire(now, this.#periodNs);
    return now;
  }
}
