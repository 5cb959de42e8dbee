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
  #corked = '';
  #flush: NodeJS.Immediate | undefined;
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
      .on('drain', () => listener.drained?.())
      .on('error', (error) => (this.#error = error))
      .on('end', () => this.#receiveEnd())
      .on('close', () => this.#finish(this.#error?.message ?? 'the peer closed the connection'));
  }

  send(message: Message): void {
    if (this.#isOver) return;
    this.#corked += formatMessage(message) + '\r\n';
    if (this.#corked.length < batch) this.#flush ??= setImmediate(() => this.#write());
    else this.#write();
  }

  get backlog(): number {
    return this.#corked.length + this.#socket.writableLength;
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
    this.#write();
    this.#socket.end().resume();
    const timer = setTimeout(() => this.#socket.destroy(), lingerMs);
    this.#socket.once('close', () => clearTimeout(timer));
  }

  destroy(): void {
    this.#isOver = true;
    clearImmediate(this.#flush);
    this.#socket.destroy();
  }

  #write(): void {
    clearImmediate(this.#flush);
    this.#flush = undefined;
    const text = this.#corked;
    this.#corked = '';
    if (text !== '' && this.#socket.writable) this.#socket.write(text, 'latin1');
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
