import { IoError } from '../block/io-error.ts';
import { formatSize } from '../qapi/format-size.ts';
import type { Drive } from './drive.ts';

const TICK_MS = 100;
/** A guest that was kept from running does not catch up on more than this. */
const LONGEST_TICK_MS = 1000;

/** Requests a second, each of `size` bytes; a multiple of 512. */
export interface Load {
  readonly iops: number;
  readonly size: number;
}

interface Request {
  readonly operation: 'read' | 'write';
  readonly offset: number;
  readonly buffer: Buffer;
}

/** An error that the guest's device met, as BLOCK_IO_ERROR tells it. */
export interface GuestIoError {
  readonly drive: Drive;
  readonly operation: 'read' | 'write';
  readonly action: 'ignore' | 'report' | 'stop';
  readonly error: IoError;
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
  /** The request whose error has stopped the machine; the device tries it again when it goes on. */
  #failed: Request | undefined;
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

  /** Begins to work; the process may end meanwhile. */
  start(): void {
    if (this.#timer || !this.isBusy) return;
    this.#lastTick = performance.now();
    this.#timer = setInterval(() => this.#tick(), TICK_MS).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
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
    this.#failed = undefined;
    if (failed) await this.#try(failed);
    for (const entry of this.#loads) {
      while (entry.debt >= 1 && this.#timer && !this.#failed) {
        entry.debt -= 1;
        await this.#request(entry.operation, entry.load.size);
      }
    }
  }

  async #request(operation: 'read' | 'write', size: number): Promise<void> {
    const { backend } = this.#drive;
    const places = Math.floor(backend.length / size);
    if (backend.root === undefined || this.#drive.isTrayOpen || places === 0) return;
    if (operation === 'write' && backend.root.readOnly) return;
    const offset = this.#next(places) * size;
    const buffer = Buffer.alloc(size, operation === 'write' ? this.#next(255) + 1 : 0);
    await this.#try({ operation, offset, buffer });
  }

  async #try(request: Request): Promise<void> {
    const { operation, offset, buffer } = request;
    const { backend } = this.#drive;
    try {
      await (operation === 'read' ? backend.read(offset, buffer) : backend.write(offset, buffer));
    } catch (error) {
      this.#handle(error instanceof IoError ? error : new IoError('EIO', operation, { offset, cause: error }), request);
    }
  }

  #handle(error: IoError, request: Request): void {
    const action = this.#drive.backend.errorAction(request.operation, error.code);
    if (action === 'stop') this.#failed = request;
    this.#onError({ drive: this.#drive, operation: request.operation, action, error });
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
