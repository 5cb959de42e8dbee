import { formatSize } from '../qapi/format-size.ts';
import type { Drive } from './drive.ts';
import { mergeNeighbours, submit } from './guest-requests.ts';
import type { GuestFailure, GuestRequest } from './guest-requests.ts';

const TICK_MS = 100;
/** A guest that was kept from running does not catch up on more than this. */
const LONGEST_TICK_MS = 1000;
/** Requests that a device takes from its queue to look for neighbours among them: virtio-blk's number. */
const LARGEST_BATCH = 32;

/** Requests a second, each of `size` bytes; a multiple of 512. */
export interface Load {
  readonly iops: number;
  readonly size: number;
}

/** An error that the guest's device met, as BLOCK_IO_ERROR tells it. */
export interface GuestIoError extends GuestFailure {
  readonly drive: Drive;
  readonly operation: 'read' | 'write';
}

export interface SyntheticGuestInit {
  readonly drive: Drive;
  readonly reads?: Load;
  readonly writes?: Load;
  readonly onError?: (error: GuestIoError) => void;
}

/** Plays a guest on one device: reads and writes at random places, so that there is something to watch. */
export class SyntheticGuest {
  readonly #drive: Drive;
  readonly #loads: readonly { readonly operation: 'read' | 'write'; readonly load: Load; debt: number }[];
  readonly #onError: (error: GuestIoError) => void;
  #timer: NodeJS.Timeout | undefined;
  #lastTick = 0;
  #work: Promise<void> | undefined;
  /** The requests whose errors have stopped the machine; the device tries them again when it goes on. */
  #failed: GuestRequest[] = [];
  #random = 0x2545f491;

  constructor({ drive, reads, writes, onError }: SyntheticGuestInit) {
    this.#drive = drive;
    this.#onError = onError ?? (() => undefined);
    this.#loads = [
      ...(reads ? [{ operation: 'read' as const, load: reads, debt: 0 }] : []),
      ...(writes ? [{ operation: 'write' as const, load: writes, debt: 0 }] : []),
    ];
  }

  /** Whether it has anything to do. */
  get isBusy(): boolean {
    return this.#loads.length > 0;
  }

  /** `synthetic guest on ide0-hd0: 40 reads/s of 4 KiB, 15 writes/s of 16 KiB` */
  describe(): string {
    const loads = this.#loads.map(({ operation, load }) => `${load.iops} ${operation}s/s of ${formatSize(load.size)}`);
    return `synthetic guest on ${this.#drive.displayName}: ${loads.join(', ')}`;
  }

  /** Begins to work, at once with what has failed; the process may end meanwhile. */
  start(): void {
    if (this.#timer) return;
    this.#lastTick = performance.now();
    if (this.isBusy) this.#timer = setInterval(() => this.#tick(), TICK_MS).unref();
    if (this.#failed.length > 0) this.#work ??= this.#playGuest().finally(() => (this.#work = undefined));
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** Forgets the requests that wait to be tried again. */
  reset(): void {
    this.#failed = [];
  }

  /** Stops; resolves when no request is under way. */
  async close(): Promise<void> {
    this.stop();
    await this.#work;
  }

  #tick(): void {
    const now = performance.now();
    const seconds = Math.min(now - this.#lastTick, LONGEST_TICK_MS) / 1000;
    this.#lastTick = now;
    for (const entry of this.#loads) entry.debt = Math.min(entry.debt + entry.load.iops * seconds, entry.load.iops);
    this.#work ??= this.#playGuest().finally(() => (this.#work = undefined));
  }

  async #playGuest(): Promise<void> {
    const failed = this.#failed;
    this.#failed = [];
    await this.submit(failed);
    for (const entry of this.#loads) {
      while (entry.debt >= 1 && this.#timer && this.#failed.length === 0) {
        const count = this.#merges ? Math.min(Math.floor(entry.debt), LARGEST_BATCH) : 1;
        entry.debt -= count;
        await this.submit(this.#makeRequests(entry.operation, entry.load.size, count));
      }
    }
  }

  get #merges(): boolean {
    return this.#drive.device?.model.merges === true;
  }

  #makeRequests(operation: 'read' | 'write', size: number, count: number): GuestRequest[] {
    const { backend } = this.#drive;
    const places = Math.floor(backend.length / size);
    if (backend.root === undefined || this.#drive.isTrayOpen || places === 0) return [];
    if (operation === 'write' && backend.root.readOnly) return [];
    return Array.from({ length: count }, () => {
      const offset = this.#next(places) * size;
      return { operation, offset, buffer: Buffer.alloc(size, operation === 'write' ? this.#next(255) + 1 : 0) };
    });
  }

  /** Carries out requests of one operation now. */
  async submit(batch: readonly GuestRequest[]): Promise<void> {
    const runs = this.#merges ? mergeNeighbours(batch) : batch.map((request) => [request]);
    await Promise.all(runs.map(async (run) => {
      const failure = await submit(this.#drive.backend, run);
      if (failure !== undefined) for (const request of run) this.#handle(failure, request);
    }));
  }

  #handle(failure: GuestFailure, request: GuestRequest): void {
    if (failure.action === 'stop') this.#failed.push(request);
    this.#onError({ drive: this.#drive, operation: request.operation, ...failure });
  }

  /** xorshift32: a number from 0 to below `limit`. */
  #next(limit: number): number {
    let value = this.#random;
    value ^= value << 13;
    value ^= value >>> 17;
    value ^= value << 5;
    this.#random = value >>> 0;
    return this.#random % limit;
  }
}
