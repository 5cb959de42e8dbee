import type { Socket } from 'node:net';
import type { Decoded } from '../message-parser.ts';
import { formatMessage } from '../message-writer.ts';
import type { Message, Transport, TransportListener } from './transport.ts';

const lingerMs = 1000;
/** Bytes that are sent at once: more would leave the processor's cache before they are. */
const batch = 64 * 1024;

/** Turns bytes into messages; `RequestDecoder` at a server, `ReplyDecoder` at a client. */
export interface Decoder {
  push(chunk: Buffer): Decoded[];
}

/** Messages over a connected socket, one line each; what is sent in one turn is written together. */
export class StreamTransport implements Transport {
  readonly #socket: Socket;
  readonly #decoder: Decoder;
  #listener: TransportListener | undefined;
  /** What was sent in this turn. */
  #corked = '';
  #flush: NodeJS.Immediate | undefined;
  /** What waits for the batch that is being written: handed over one by one, so that progress is seen batch by batch. */
  #batches: string[] = [];
  #waiting = 0;
  #isWriting = false;
  #error: Error | undefined;
  #isOver = false;

  constructor(socket: Socket, decoder: Decoder) {
    this.#socket = socket;
    this.#decoder = decoder;
  }

  listen(listener: TransportListener): void {
    this.#listener = listener;
    this.#socket
      .on('connect', () => listener.opened?.())
      .on('data', (chunk: Buffer) => this.#receive(chunk))
      .on('error', (error) => (this.#error = error))
      .on('end', () => this.#receiveEnd())
      .on('close', () => this.#finish(this.#error?.message ?? 'the peer closed the connection'));
  }

  send(message: Message): void {
    if (this.#isOver) return;
    this.#corked += formatMessage(message) + '\r\n';
    if (this.#corked.length < batch) this.#flush ??= setImmediate(() => this.#uncork());
    else this.#uncork();
  }

  get backlog(): number {
    return this.#corked.length + this.#waiting + this.#socket.writableLength;
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  /** Waits for the peer to end as well, since closing with input unread could cost it our last bytes; but not for long. */
  close(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#uncork();
    for (const text of this.#batches.splice(0)) this.#socket.write(text, 'latin1');
    this.#socket.end().resume();
    const timer = setTimeout(() => this.#socket.destroy(), lingerMs);
    this.#socket.once('close', () => clearTimeout(timer));
  }

  destroy(): void {
    this.#isOver = true;
    clearImmediate(this.#flush);
    this.#socket.destroy();
  }

  #uncork(): void {
    clearImmediate(this.#flush);
    this.#flush = undefined;
    if (this.#corked === '') return;
    this.#batches.push(this.#corked);
    this.#waiting += this.#corked.length;
    this.#corked = '';
    this.#writeNext();
  }

  #writeNext(): void {
    if (this.#isWriting || this.#batches.length === 0 || !this.#socket.writable) return;
    const text = this.#batches.shift()!;
    this.#waiting -= text.length;
    this.#isWriting = true;
    this.#socket.write(text, 'latin1', () => {
      this.#isWriting = false;
      this.#writeNext();
      if (!this.#isOver) this.#listener?.drained?.();
    });
  }

  #receive(chunk: Buffer): void {
    if (this.#isOver) return;
    for (const decoded of this.#decoder.push(chunk)) {
      if (this.#isOver) return;
      if ('value' in decoded) this.#listener?.message(decoded.value);
      else this.#listener?.malformed(decoded.problem);
    }
  }

  #receiveEnd(): void {
    if (this.#isOver) this.#socket.destroy();
    else if (this.#listener?.ended) this.#listener.ended();
    else this.#finish('the peer closed the connection');
  }

  #finish(reason: string): void {
    if (this.#isOver) return;
    this.destroy();
    this.#listener?.closed(reason);
  }
}
