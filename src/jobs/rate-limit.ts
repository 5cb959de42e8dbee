import type { JobClock } from './job-clock.ts';

/** Length in milliseconds of the slices in which bytes are counted, as in QEMU. */
const SLICE = 100;

/** Says how long to wait so that the bytes counted so far do not exceed the speed. */
export class RateLimit {
  #speed = 0;
  #sliceStart = Number.NEGATIVE_INFINITY;
  #sliceEnd = Number.NEGATIVE_INFINITY;
  #dispatched = 0;
  readonly #clock: JobClock;

  constructor(clock: JobClock) {
    this.#clock = clock;
  }

  /** Bytes per second; 0 is unlimited. Starts counting anew. */
  set speed(speed: number) {
    this.#speed = speed;
    this.#sliceEnd = Number.NEGATIVE_INFINITY;
  }

  /** The most bytes worth moving in one go: what half a second allows, so that slow jobs still advance visibly. */
  get burst(): number {
    return this.#speed === 0 ? Number.MAX_SAFE_INTEGER : Math.max(1, Math.floor(this.#speed / 2));
  }

  /** Counts bytes about to be moved. */
  count(bytes: number): void {
    if (this.#speed === 0) return;
    const now = this.#clock.now();
    if (this.#sliceEnd < now) this.#startSlice(now);
    this.#dispatched += bytes;
    const slices = this.#dispatched / Math.max(1, (this.#speed * SLICE) / 1000);
    this.#sliceEnd = this.#sliceStart + Math.max(1, slices) * SLICE;
    this.#isFull = slices >= 1;
  }

  #isFull = false;

  /** Milliseconds to wait before the next bytes may move. */
  delay(): number {
    if (this.#speed === 0 || !this.#isFull) return 0;
    return Math.max(0, this.#sliceEnd - this.#clock.now());
  }

  /** A timer that fires a little late must not make the job slow: the next slice follows on the previous one. */
  #startSlice(now: number): void {
    this.#sliceStart = now - this.#sliceEnd <= SLICE ? this.#sliceEnd : now;
    this.#sliceEnd = this.#sliceStart + SLICE;
    this.#dispatched = 0;
    this.#isFull = false;
  }
}
