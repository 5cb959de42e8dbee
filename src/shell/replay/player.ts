import type { Off } from '../../qmp/link.ts';
import type { Recording, TimedEntry } from './recording.ts';

/** Where a replay stands. */
export interface Timeline {
  readonly positionMs: number;
  readonly lengthMs: number;
  /** Recorded seconds a second. */
  readonly speed: number;
  readonly isPlaying: boolean;
}

const slowest = 1 / 16;
const fastest = 1024;
/** How often the position is told while nothing happens. */
const tickMs = 250;

/** Plays a recording: tells its entries when their time has come, at any speed, and from any place. */
export class Player {
  readonly #recording: Recording;
  readonly #onEntry: (entry: TimedEntry) => void;
  readonly #listeners = new Set<(timeline: Timeline, isJump: boolean) => void>();
  #next = 0;
  #positionMs = 0;
  /** When the position was right, on the monotonic clock. */
  #sinceMs = 0;
  #speed: number;
  #isPlaying = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(recording: Recording, speed: number, onEntry: (entry: TimedEntry) => void) {
    this.#recording = recording;
    this.#speed = Math.min(fastest, Math.max(slowest, speed));
    this.#onEntry = onEntry;
  }

  get timeline(): Timeline {
    const { lengthMs } = this.#recording;
    return { positionMs: this.#now(), lengthMs, speed: this.#speed, isPlaying: this.#isPlaying };
  }

  onChange(listener: (timeline: Timeline, isJump: boolean) => void): Off {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** At the end it begins anew. */
  play(): void {
    if (this.#isPlaying) return;
    if (this.#now() >= this.#recording.lengthMs) this.seek(0);
    this.#isPlaying = true;
    this.#sinceMs = performance.now();
    this.#turn();
  }

  pause(): void {
    this.#positionMs = this.#now();
    this.#isPlaying = false;
    clearTimeout(this.#timer);
    this.#tell(false);
  }

  toggle(): void {
    if (this.#isPlaying) this.pause();
    else this.play();
  }

  /** Multiplies the speed. */
  faster(factor: number): void {
    this.#positionMs = this.#now();
    this.#sinceMs = performance.now();
    this.#speed = Math.min(fastest, Math.max(slowest, this.#speed * factor));
    if (this.#isPlaying) this.#turn();
    else this.#tell(false);
  }

  /** Jumps; what lies between is not told. */
  seek(positionMs: number): void {
    const { entries, lengthMs } = this.#recording;
    this.#positionMs = Math.min(lengthMs, Math.max(0, positionMs));
    this.#sinceMs = performance.now();
    this.#next = entries.findIndex(({ atMs }) => atMs > this.#positionMs);
    if (this.#next < 0) this.#next = entries.length;
    this.#tell(true);
    if (this.#isPlaying) this.#turn();
  }

  /** Pauses, and goes on to what happens next, an event or a line: polling in between is passed over. */
  step(): void {
    this.pause();
    const { entries } = this.#recording;
    while (this.#next < entries.length) {
      const timed = entries[this.#next]!;
      this.#next++;
      this.#positionMs = timed.atMs;
      this.#onEntry(timed);
      if (isHappening(timed)) break;
    }
    this.#tell(false);
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#isPlaying = false;
    this.#listeners.clear();
  }

  #now(): number {
    const played = this.#isPlaying ? (performance.now() - this.#sinceMs) * this.#speed : 0;
    return Math.min(this.#recording.lengthMs, this.#positionMs + played);
  }

  /** Tells what is due, and comes back when more is. */
  #turn(): void {
    clearTimeout(this.#timer);
    const { entries, lengthMs } = this.#recording;
    const nowMs = this.#now();
    for (let timed = entries[this.#next]; timed !== undefined && timed.atMs <= nowMs; timed = entries[this.#next]) {
      this.#next++;
      this.#onEntry(timed);
    }
    if (nowMs >= lengthMs) return this.pause();
    this.#tell(false);
    const untilNext = ((entries[this.#next]?.atMs ?? lengthMs) - nowMs) / this.#speed;
    this.#timer = setTimeout(() => this.#turn(), Math.min(tickMs, Math.max(1, untilNext)));
  }

  #tell(isJump: boolean): void {
    for (const listener of this.#listeners) listener(this.timeline, isJump);
  }
}

function isHappening({ kind }: TimedEntry): boolean {
  return kind === 'line' || kind === 'state' || kind === 'event';
}
