import type { Duplex } from 'node:stream';

/** More than this is not kept back to be sent together with what follows. */
const LARGE = 32 << 10;

/** Sends to a socket; what is sent in one turn goes together. */
export class ByteWriter {
  readonly #socket: Duplex;
  #flush: NodeJS.Immediate | undefined;

  constructor(socket: Duplex) {
    this.#socket = socket;
  }

  /** Sends the parts one after the other, without copying them. Resolves when they may be used again; a lost connection is the reader's to tell. */
  send(...parts: readonly Buffer[]): Promise<void> {
    if (!this.#socket.writable) return Promise.resolve();
    if (this.#flush === undefined) {
      this.#socket.cork();
      this.#flush = setImmediate(this.#uncork);
    }
    const [last] = parts.slice(-1);
    for (const part of parts) if (part !== last) this.#socket.write(part);
    return new Promise((resolve) => {
      this.#socket.write(last ?? '', () => resolve());
      if ((last?.length ?? 0) > LARGE) this.#uncork();
    });
  }

  readonly #uncork = (): void => {
    clearImmediate(this.#flush);
    this.#flush = undefined;
    this.#socket.uncork();
  };
}
