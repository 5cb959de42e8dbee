import { ioBuffer } from '../util/io-buffer.ts';
import { PIECE } from './piece-size.ts';

/** Buffers for pieces in flight, allocated once and used again. */
export class PieceBuffers {
  readonly #free: Buffer[] = [];
  readonly #size: number;

  constructor(size = PIECE) {
    this.#size = size;
  }

  /** Runs `work` with a buffer of `length` bytes, at most the size of the buffers unless nothing smaller will do. */
  async lend<T>(length: number, work: (buffer: Buffer) => Promise<T>): Promise<T> {
    if (length > this.#size) return work(ioBuffer(length));
    const buffer = this.#free.pop() ?? ioBuffer(this.#size);
    try {
      return await work(length === this.#size ? buffer : buffer.subarray(0, length));
    } finally {
      this.#free.push(buffer);
    }
  }
}
