import type { Link, Off } from '../qmp/link.ts';
import { isLinkError } from './failure.ts';
import { createReader } from './live-reader.ts';
import type { LiveState, Snapshot } from './live-state.ts';

/** Live state that knows when the prompt itself changed something. */
export interface RefreshableLiveState extends LiveState {
  /** Called after an own command that may have changed something: reads soon, nodes included. */
  touch(): void;
  /** Stops polling and forgets the listeners. */
  close(): void;
}

export const emptySnapshot: Snapshot = { atMs: 0, block: [], stats: [], jobs: [], nodes: [] };

/** Between two readings that events or own commands ask for: at most four a second, and fewer where much is to be read. */
const restMs = 250;
const longRestMs = 1000;
const manyDevices = 200;

/**
 * Keeps a snapshot of what the far end shows of block devices, statistics and jobs.
 * Readings never overlap: one that is asked for while another is under way follows it. A far end that hangs
 * is asked one question at a time, each with a deadline.
 * @param nowMs what time a reading is of; default: the monotonic clock
 */
export function createLiveState(link: Link, nowMs?: () => number): RefreshableLiveState {
  return new PolledState(link, nowMs);
}

class PolledState implements RefreshableLiveState {
  snapshot = emptySnapshot;
  readonly #link: Link;
  readonly #reader;
  readonly #listeners = new Set<(snapshot: Snapshot) => void>();
  readonly #offs: Off[];
  #reading: Promise<Snapshot> | undefined;
  #again = false;
  #intervalMs = 0;
  #startedAtMs = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;
  #timerAtMs = Number.POSITIVE_INFINITY;

  constructor(link: Link, nowMs?: () => number) {
    this.#link = link;
    this.#reader = createReader(link, nowMs);
    this.#offs = [
      link.onEvent((event) => this.#onEvent(event.event)),
      link.onState(({ state }) => {
        if (state !== 'ready') return;
        this.#reader.forget();
        this.#soon();
      }),
    ];
  }

  refresh(): Promise<Snapshot> {
    this.#reading ??= this.#read().finally(() => {
      this.#reading = undefined;
      this.#plan();
    });
    return this.#reading;
  }

  async readAll(): Promise<Snapshot> {
    await this.#reading;
    this.#reader.wantNodes();
    return this.refresh();
  }

  onChange(listener: (snapshot: Snapshot) => void): Off {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  start(intervalMs: number): void {
    this.#intervalMs = intervalMs;
    this.#soon();
  }

  stop(): void {
    this.#intervalMs = 0;
    this.#again = false;
    this.#clear();
  }

  touch(): void {
    this.#reader.wantNodes();
    this.#soon();
  }

  close(): void {
    this.stop();
    for (const off of this.#offs) off();
    this.#listeners.clear();
  }

  #onEvent(name: string): void {
    if (changesNodes.test(name)) this.#reader.wantNodes();
    this.#soon();
  }

  /** Reads as soon as the rest after the last reading is over; does nothing while polling is off. */
  #soon(): void {
    if (this.#intervalMs === 0) return;
    if (this.#reading) this.#again = true;
    else this.#at(this.#startedAtMs + this.#restMs);
  }

  get #restMs(): number {
    return this.snapshot.stats.length < manyDevices ? restMs : longRestMs;
  }

  /** After a reading: the next one, sooner when somebody asked meanwhile. */
  #plan(): void {
    if (this.#intervalMs === 0) return;
    this.#at(this.#startedAtMs + (this.#again ? this.#restMs : this.#intervalMs));
    this.#again = false;
  }

  #at(timeMs: number): void {
    if (this.#timer && this.#timerAtMs <= timeMs) return;
    this.#clear();
    this.#timerAtMs = timeMs;
    this.#timer = setTimeout(() => {
      this.#clear();
      if (this.#link.state.state === 'ready') void this.refresh();
    }, Math.max(0, timeMs - performance.now())).unref();
  }

  #clear(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#timerAtMs = Number.POSITIVE_INFINITY;
  }

  async #read(): Promise<Snapshot> {
    this.#startedAtMs = performance.now();
    try {
      this.snapshot = await this.#reader.read(this.snapshot);
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      if (isLinkError(error) && error.reason === 'closed') return this.snapshot;
      this.snapshot = { ...this.snapshot, error: error.message };
    }
    for (const listener of this.#listeners) listener(this.snapshot);
    return this.snapshot;
  }
}

/** Events after which the graph may look different. */
const changesNodes = /^(BLOCK_JOB_(COMPLETED|CANCELLED)|JOB_STATUS_CHANGE|DEVICE_|BLOCK_EXPORT_|BLOCK_IMAGE_)/;
