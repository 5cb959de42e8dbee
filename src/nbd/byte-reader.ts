import type { Duplex } from 'node:stream';
import { ProtocolError } from './protocol.ts';

/** Bytes that may wait to be asked for before the sender has to. */
const ENOUGH = 256 << 10;

/** Hands out what comes from a socket in the amounts that the protocol speaks of. */
export class ByteReader {
  readonly #socket: Duplex;
  #chunks: Buffer[] = [];
  #queued = 0;
  #waiting: { into: Buffer; filled: number; resolve: () => void; reject: (error: Error) => void } | undefined;
  #isOver = false;

  constructor(socket: Duplex) {
    this.#socket = socket;
    socket.on('data', this.#take).on('end', this.#end).on('close', this.#end);
  }

  /** The next `length` bytes. @throws ProtocolError when the connection ends before */
  read(length: number): Buffer | Promise<Buffer> {
    const [first] = this.#chunks;
    if (this.#waiting === undefined && first !== undefined && first.length >= length) return this.#cut(first, length);
    const bytes = Buffer.allocUnsafe(length);
    return this.readInto(bytes).then(() => bytes);
  }

  /** Fills all of `into`. @throws ProtocolError when the connection ends before */
  readInto(into: Buffer): Promise<void> {
    let filled = 0;
    while (filled < into.length && this.#chunks[0] !== undefined) {
      filled += this.#cut(this.#chunks[0], Math.min(this.#chunks[0].length, into.length - filled)).copy(into, filled);
    }
    if (filled === into.length) return Promise.resolve();
    if (this.#isOver) return Promise.reject(ended());
    return new Promise((resolve, reject) => {
      this.#waiting = { into, filled, resolve, reject };
      this.#socket.resume();
    });
  }

  /** Reads over bytes that nobody needs. @throws ProtocolError when the connection ends before */
  async skip(length: number): Promise<void> {
    for (let left = length; left > 0;) {
      const piece = Math.min(left, ENOUGH);
      await this.read(piece);
      left -= piece;
    }
  }

  /** Stops reading, so that another can go on. @throws ProtocolError when the other side has sent more than was asked for */
  release(): void {
    this.#socket.pause();
    this.#socket.off('data', this.#take).off('end', this.#end).off('close', this.#end);
    if (this.#queued > 0) throw new ProtocolError('the client did not wait for an answer');
  }

  #cut(first: Buffer, length: number): Buffer {
    this.#queued -= length;
    if (first.length === length) this.#chunks.shift();
    else this.#chunks[0] = first.subarray(length);
    return first.subarray(0, length);
  }

  readonly #take = (chunk: Buffer): void => {
    const { rest, done } = this.#fill(chunk);
    if (rest.length > 0) {
      this.#chunks.push(rest);
      this.#queued += rest.length;
    }
    if (this.#queued >= ENOUGH) this.#socket.pause();
    done?.();
  };

  #fill(chunk: Buffer): { rest: Buffer; done?: () => void } {
    const waiting = this.#waiting;
    if (waiting === undefined) return { rest: chunk };
    const used = chunk.copy(waiting.into, waiting.filled);
    waiting.filled += used;
    if (waiting.filled < waiting.into.length) return { rest: chunk.subarray(used) };
    this.#waiting = undefined;
    return { rest: chunk.subarray(used), done: waiting.resolve };
  }

  readonly #end = (): void => {
    this.#isOver = true;
    this.#waiting?.reject(ended());
    this.#waiting = undefined;
  };
}

const ended = (): ProtocolError => new ProtocolError('the client closed the connection');
