/** Time as jobs see it; tests put a virtual one in its place. */
export interface JobClock {
  /** Milliseconds since some fixed moment; never runs backwards. */
  now(): number;
  /** Calls back once, `delay` milliseconds from now; returns the off switch. */
  after(delay: number, callback: () => void): () => void;
}

/** The machine's own clock. */
export const systemJobClock: JobClock = {
  now: () => performance.now(),
  after(delay, callback) {
    const timer = setTimeout(callback, delay);
    return () => clearTimeout(timer);
  },
};
