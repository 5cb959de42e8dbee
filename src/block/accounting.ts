import { systemClock } from '../util/clock.ts';
import type { Clock } from '../util/clock.ts';
import { TimedAverage } from './timed-average.ts';

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

export interface AccountingOptions {
  /** Whether invalid operations count as accesses (`stats-account-invalid`). */
  readonly accountInvalid?: boolean;
  /** Whether failed operations count as accesses and for latencies (`stats-account-failed`). */
  readonly accountFailed?: boolean;
  /** Seconds: lengths of the intervals that latencies are kept for (`stats-intervals`). */
  readonly intervals?: readonly number[];
}

/** Latencies within the last so many seconds. */
export interface IntervalLatencies {
  readonly seconds: number;
  readonly latency: Readonly<Record<AccountedOperation, TimedAverage>>;
}

const NS_PER_SECOND = 1_000_000_000n;

const zero = (): OperationCounters => ({ bytes: 0, operations: 0, failed: 0, invalid: 0, merged: 0, totalTimeNs: 0n });

/** What a device did, as query-blockstats reports it. */
export class BlockAccounting {
  readonly read = zero();
  readonly write = zero();
  readonly flush = zero();
  readonly discard = zero();
  readonly accountInvalid: boolean;
  readonly accountFailed: boolean;
  readonly intervals: readonly IntervalLatencies[];
  readonly #clock: Clock;
  #lastAccessNs: bigint | undefined;

  constructor(clock: Clock = systemClock, { accountInvalid = true, accountFailed = true, intervals = [] }: AccountingOptions = {}) {
    this.#clock = clock;
    this.accountInvalid = accountInvalid;
    this.accountFailed = accountFailed;
    const average = (seconds: number) => new TimedAverage(clock, BigInt(seconds) * NS_PER_SECOND);
    this.intervals = intervals.map((seconds) => (
      { seconds, latency: { read: average(seconds), write: average(seconds), flush: average(seconds), discard: average(seconds) } }));
  }

  /** The start stamp to hand to done() or failed(). */
  start(): bigint {
    return this.#clock.nowNs();
  }

  done(operation: AccountedOperation, bytes: number, startNs: bigint): void {
    const counters = this[operation];
    counters.bytes += bytes;
    counters.operations++;
    this.#took(operation, startNs);
  }

  failed(operation: AccountedOperation, startNs: bigint): void {
    this[operation].failed++;
    if (this.accountFailed) this.#took(operation, startNs);
  }

  /** A request that a device refuses without trying it. */
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

  #took(operation: AccountedOperation, startNs: bigint): void {
    const now = this.#clock.nowNs();
    const latency = this.#clock.latencyNs ?? now - startNs;
    this[operation].totalTimeNs += latency;
    this.#lastAccessNs = now;
    for (const interval of this.intervals) interval.latency[operation].add(latency);
  }
}
