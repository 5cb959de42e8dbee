import { ThrottleBucket } from './throttle-bucket.ts';
import { rateLimit } from './throttle-limits.ts';
import type { ThrottleLimits } from './throttle-limits.ts';

/** Whose limits a request counts against, besides the total ones. */
export type ThrottleDirection = 'read' | 'write';

const SUFFIX = { read: '_rd', write: '_wr' } as const;

/** The buckets of one group, empty at first. */
export class ThrottleState {
  readonly #limits: ThrottleLimits;
  readonly #buckets = new Map<string, ThrottleBucket>();
  #lastLeakNs: bigint;

  constructor(limits: ThrottleLimits, nowNs: bigint) {
    this.#limits = limits;
    this.#lastLeakNs = nowNs;
  }

  /** Counts a request that passes now. */
  account(direction: ThrottleDirection, bytes: number): void {
    const requests = this.#requestsIn(bytes);
    for (const side of ['', SUFFIX[direction]]) {
      this.#bucket(`bps${side}`).fill(bytes);
      this.#bucket(`iops${side}`).fill(requests);
    }
  }

  /** Nanoseconds until a request of this direction may pass. */
  waitNs(direction: ThrottleDirection, nowNs: bigint): bigint {
    const elapsed = nowNs - this.#lastLeakNs;
    this.#lastLeakNs = nowNs;
    if (elapsed > 0n) for (const bucket of this.#buckets.values()) bucket.leak(Number(elapsed));
    const waits = ['', SUFFIX[direction]].flatMap((side) => [this.#bucket(`bps${side}`).waitNs, this.#bucket(`iops${side}`).waitNs]);
    return BigInt(Math.max(...waits));
  }

  /** A request larger than `iops_size` counts as so many times that size, fractions included. A negative size is a large unsigned one. */
  #requestsIn(bytes: number): number {
    const size = Number(this.#limits.iops_size ?? 0);
    return size > 0 && bytes > size ? bytes / size : 1;
  }

  #bucket(rate: string): ThrottleBucket {
    let bucket = this.#buckets.get(rate);
    if (bucket === undefined) this.#buckets.set(rate, bucket = new ThrottleBucket(rateLimit(this.#limits, rate)));
    return bucket;
  }
}
