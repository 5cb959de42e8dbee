import { ioBuffer } from '../util/io-buffer.ts';
import { MAX_PAYLOAD } from './protocol.ts';

/** Requests that a connection may have under way. */
const MOST_REQUESTS = 16;

/** Bytes of their data; at least one request of any size always has room. */
const MOST_BYTES = 2 * MAX_PAYLOAD;

/** Smallest buffer, and the largest that is kept for the next request. */
const SMALLEST = 4 << 10;
const LARGEST_KEPT = 1 << 20;

/** Bounds what the requests of one connection take, and lends them their buffers, which are used again and again. */
export class RequestRoom {
  #requests = 0;
  #bytes = 0;
  #waiting: (() => void) | undefined;
  readonly #free = new Map<number, Buffer[]>();

  /** Resolves when there is room for a request with so many bytes of data; only one may wait at a time. */
  async enter(bytes: number): Promise<void> {
    while (this.#requests >= MOST_REQUESTS || (this.#requests > 0 && this.#bytes + bytes > MOST_BYTES)) {
      await new Promise<void>((resolve) => (this.#waiting = resolve));
    }
    this.#requests++;
    this.#bytes += bytes;
  }

  leave(bytes: number): void {
    this.#requests--;
    this.#bytes -= bytes;
    this.#wake();
  }

  /** Resolves when no request is under way. */
  async emptied(): Promise<void> {
    while (this.#requests > 0) await new Promise<void>((resolve) => (this.#waiting = resolve));
  }

  /** A buffer of this length, with anything in it. */
  take(length: number): Buffer {
    const size = sizeFor(length);
    const whole = this.#free.get(size)?.pop() ?? ioBuffer(size);
    return length === size ? whole : whole.subarray(0, length);
  }

  /** Gives a buffer back that was taken. */
  give(buffer: Buffer): void {
    const size = sizeFor(buffer.length);
    if (size > LARGEST_KEPT) return;
    const whole = buffer.length === size ? buffer : Buffer.from(buffer.buffer, buffer.byteOffset, size);
    const list = this.#free.get(size);
    if (list === undefined) this.#free.set(size, [whole]);
    else list.push(whole);
  }

  /** Runs `work` with a buffer of this length. */
  async lend(length: number, work: (buffer: Buffer) => Promise<void>): Promise<void> {
    const buffer = this.take(length);
    try {
      await work(buffer);
    } finally {
      this.give(buffer);
    }
  }

  #wake(): void {
    const wake = this.#waiting;
    this.#waiting = undefined;
    wake?.();
  }
}

function sizeFor(length: number): number {
  let size = SMALLEST;
  while (size < length) size *= 2;
  return size;
}
