import { systemClock } from '../util/clock.ts';
import type { Clock } from '../util/clock.ts';

export type AccountedOperation = 'read' | 'write' | 'flush' | 'discard';

/** The counters of one kind of operation. */
export interface OperationCounters {
  bytes: number;
  operations: number;
  failed: number;
  /** Refused before reaching the image. */
  invalid: number;
  merged: number;
  totalTimeNs: bigint;
}

const zero = (): OperationCounters => ({ bytes: 0, operations: 0, failed: 0, invalid: 0, merged: 0, totalTimeNs: 0n });

/** What a device did, as query-blockstats reports it. */
export class BlockAccounting {
  readonly read = zero();
  readonly write = zero();
  readonly flush = zero();
  readonly discard = zero();
  /** Whether invalid and failed operations count as accesses (`stats-account-invalid`, `stats-account-failed`). */
  accountInvalid = true;
  accountFailed = true;
  readonly #clock: Clock;
  #lastAccessNs: bigint | undefined;

  constructor(clock: Clock = systemClock) {
    this.#clock = clock;
  }

  /** The start stamp to hand to done() or failed(). */
  start(): bigint {
    return this.#clock.nowNs();
  }

  done(operation: AccountedOperation, bytes: number, startNs: bigint): void {
    const counters = this[operation];
    const now = this.#clock.nowNs();
    counters.bytes += bytes;
    counters.operations++;
    counters.totalTimeNs += this.#clock.latencyNs ?? now - startNs;
    this.#lastAccessNs = now;
  }

  failed(operation: AccountedOperation, startNs: bigint): void {
    const counters = this[operation];
    counters.failed++;
    if (!this.accountFailed) return;
    const now = this.#clock.nowNs();
    counters.totalTimeNs += this.#clock.latencyNs ?? now - startNs;
    this.#lastAccessNs = now;
  }

  invalid(operation: AccountedOperation): void {
    this[operation].invalid++;
    if (this.accountInvalid) this.#lastAccessNs = this.#clock.nowNs();
  }

  merged(operation: AccountedOperation, requests: number): void {
    this[operation].merged += requests;
  }

  /** Nanoseconds since the last access; undefined before the first. */
  get idleTimeNs(): bigint | undefined {
    return this.#lastAccessNs === undefined ? undefined : this.#clock.nowNs() - this.#lastAccessNs;
  }
}
