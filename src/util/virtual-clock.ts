import type { TimerClock } from './clock.ts';

interface Timer {
  readonly deadlineNs: bigint;
  readonly callback: () => void;
}

/** A clock that stands still until it is told to move; it starts at 0, and every request takes exactly 1 ms. */
export class VirtualClock implements TimerClock {
  readonly latencyNs = 1_000_000n;
  #now = 0n;
  readonly #timers = new Set<Timer>();

  nowNs(): bigint {
    return this.#now;
  }

  at(deadlineNs: bigint, callback: () => void): () => void {
    const timer = { deadlineNs, callback };
    this.#timers.add(timer);
    return () => void this.#timers.delete(timer);
  }

  /** The nearest deadline; undefined when nobody waits. */
  get nextNs(): bigint | undefined {
    return this.#first()?.deadlineNs;
  }

  /** Moves on, stopping at every deadline on the way to call back, the earliest first. */
  step(ns: bigint): void {
    const end = this.#now + ns;
    for (let timer = this.#first(); timer !== undefined && timer.deadlineNs <= end; timer = this.#first()) {
      if (timer.deadlineNs > this.#now) this.#now = timer.deadlineNs;
      this.#timers.delete(timer);
      timer.callback();
    }
    this.#now = end;
  }

  #first(): Timer | undefined {
    let first: Timer | undefined;
    for (const timer of this.#timers) if (first === undefined || timer.deadlineNs < first.deadlineNs) first = timer;
    return first;
  }
}
