import type { RateLimit } from './throttle-limits.ts';

const NS_PER_SECOND = 1e9;
/** A rate may always be exceeded by what it allows in this part of a second, or every other request would have to wait. */
const SLACK = 10;

/** A leaky bucket: requests fill it, time empties it, and while it is too full nothing may pass. */
export class ThrottleBucket {
  readonly #limit: RateLimit;
  /** Units that the average rate has not yet made up for. */
  #level = 0;
  /** The same for the burst rate, which matters when a burst may last longer than a second. */
  #burstLevel = 0;

  constructor(limit: RateLimit) {
    this.#limit = limit;
  }

  fill(units: number): void {
    this.#level += units;
    if (this.#isLongBurst) this.#burstLevel += units;
  }

  leak(elapsedNs: number): void {
    const seconds = elapsedNs / NS_PER_SECOND;
    this.#level = Math.max(0, this.#level - this.#limit.average * seconds);
    if (this.#isLongBurst) this.#burstLevel = Math.max(0, this.#burstLevel - this.#limit.max * seconds);
  }

  /** Whole nanoseconds until the next request may pass. */
  get waitNs(): number {
    const { average, max, burstSeconds } = this.#limit;
    if (average === 0) return 0;
    const size = max === 0 ? average / SLACK : max * burstSeconds;
    if (this.#level > size) return Math.trunc((this.#level - size) * NS_PER_SECOND / average);
    const burst = this.#isLongBurst ? this.#burstLevel - max / SLACK : 0;
    return burst > 0 ? Math.trunc(burst * NS_PER_SECOND / max) : 0;
  }

  get #isLongBurst(): boolean {
    return this.#limit.burstSeconds > 1;
  }
}
