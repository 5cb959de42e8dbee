import type { JobClock } from './job-clock.ts';

/** Sleep that anyone can cut short. */
export class Sleeper {
  readonly #clock: JobClock;
  readonly #sleeping = new Set<() => void>();

  constructor(clock: JobClock) {
    this.#clock = clock;
  }

  /** Resolves after `delay` milliseconds or at the next wake(), whichever comes first. */
  sleep(delay = Number.POSITIVE_INFINITY): Promise<void> {
    return new Promise((resolve) => {
      let stopTimer: (() => void) | undefined;
      const rise = () => {
        this.#sleeping.delete(rise);
        stopTimer?.();
        resolve();
      };
      this.#sleeping.add(rise);
      if (delay !== Number.POSITIVE_INFINITY) stopTimer = this.#clock.after(delay, rise);
    });
  }

  /** Ends every sleep. */
  wake(): void {
    for (const rise of [...this.#sleeping]) rise();
  }
}
