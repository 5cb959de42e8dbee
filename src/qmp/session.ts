import { QapiError } from '../qapi/qapi-error.ts';
import { checkRequest, parseNegotiation } from './check-request.ts';
import type { Request } from './check-request.ts';
import type { QmpEndpoint } from './endpoint.ts';
import { formatGreeting } from './greeting.ts';
import type { Off, QmpEvent, QmpVersion } from './link.ts';
import type { Decoded } from './message-parser.ts';
import type { Message, Transport } from './transports/transport.ts';

/** Requests that may wait before the client is made to wait. */
const mostWaiting = 256;
/** Bytes of replies after which the other clients have their turn, and what was sent a chance to leave. */
const replyBurst = 1024 * 1024;
/** Bytes of replies that a client may leave unread before its commands have to wait: some send all before they read. */
const replyBacklog = 64 * 1024 * 1024;
/** Bytes of events that a client may leave unread, besides its replies, before it is dropped. */
const eventBacklog = 16 * 1024 * 1024;

export interface SessionOptions {
  readonly transport: Transport;
  /** Commands wait for it; the greeting does not, when the version is given. */
  readonly endpoint: QmpEndpoint | Promise<QmpEndpoint>;
  readonly version?: QmpVersion;
  readonly onClosed?: () => void;
}

/** The server's side of one connection: greets, negotiates, runs commands one after another, passes events on. */
export class Session {
  readonly #transport: Transport;
  readonly #endpoint: Promise<QmpEndpoint>;
  readonly #onClosed: (() => void) | undefined;
  #ready: QmpEndpoint | undefined;
  #queue: Decoded[] = [];
  #isRunning = false;
  #isNegotiated = false;
  #isOver = false;
  /** The client sends no more: its commands are finished, then the connection. */
  #isEnding = false;
  #offEvents: Off | undefined;
  /** Goes on with what waits for the client to read, or for its end. */
  #wake: (() => void) | undefined;
  /** What was unread after the last reply, and is still: an upper bound of the replies in the backlog. */
  #unreadReplies = 0;

  constructor({ transport, endpoint, version, onClosed }: SessionOptions) {
    this.#transport = transport;
    this.#endpoint = Promise.resolve(endpoint);
    this.#onClosed = onClosed;
    transport.listen({
      message: (value) => this.#enqueue({ value }),
      malformed: (problem) => this.#enqueue({ problem }),
      closed: () => this.#end(),
      ended: () => this.#finish(),
      drained: () => this.#taken(),
    });
    if (version) this.#transport.send(formatGreeting(version));
    void this.#prepare(version !== undefined);
  }

  /** Ends the connection after what was sent; commands that run are not waited for. */
  close(): void {
    this.#transport.close();
    this.#end();
  }

  async #prepare(isGreeted: boolean): Promise<void> {
    try {
      this.#ready = await this.#endpoint;
    } catch {
      this.close(); // whoever made the endpoint hears of its failure
      return;
    }
    if (!isGreeted) this.#transport.send(formatGreeting(this.#ready.version()));
  }

  #enqueue(item: Decoded): void {
    this.#queue.push(item);
    if (this.#queue.length >= mostWaiting) this.#transport.pause();
    if (!this.#isRunning) void this.#run();
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    while (this.#queue.length > 0 && !this.#isOver) {
      const items = this.#queue;
      this.#queue = [];
      for (const item of items) {
        const reply = await this.#answer(item);
        this.#transport.send(reply);
        this.#unreadReplies = this.#transport.backlog;
        if (this.#unreadReplies > replyBurst) await this.#letRead();
        if (this.#isOver) return;
      }
      this.#transport.resume();
    }
    this.#isRunning = false;
    if (this.#isEnding) await this.#closeWhenRead();
  }

  async #answer(item: Decoded): Promise<Message> {
    if ('problem' in item) return { error: { class: 'GenericError', desc: item.problem } };
    const id = hasId(item.value) ? { id: item.value.id } : undefined;
    try {
      const reply = await this.#execute(checkRequest(item.value));
      return { return: reply ?? {}, ...id };
    } catch (error) {
      return { ...id, error: describeError(error) };
    }
  }

  async #execute({ execute: name, arguments: args }: Request): Promise<unknown> {
    if (name === 'qmp_capabilities') return this.#negotiate(parseNegotiation(args));
    if (!this.#isNegotiated) {
      throw new QapiError("Expecting capabilities negotiation with 'qmp_capabilities'", { class: 'CommandNotFound' });
    }
    const endpoint = this.#ready ?? await this.#endpoint;
    return endpoint.execute(name, args);
  }

  #negotiate(capabilities: readonly string[]): void {
    if (this.#isNegotiated) {
      throw new QapiError('Capabilities negotiation is already complete, command ignored', { class: 'CommandNotFound' });
    }
    if (capabilities.length > 0) throw new QapiError(`Capability ${capabilities.join(', ')} not available`);
    this.#isNegotiated = true;
    if (this.#ready) this.#subscribe(this.#ready);
    else void this.#endpoint.then((endpoint) => this.#subscribe(endpoint), () => this.close());
  }

  #subscribe(endpoint: QmpEndpoint): void {
    if (!this.#isOver) this.#offEvents = endpoint.onEvent((event) => this.#tell(event));
  }

  #tell({ timestamp, event, data }: QmpEvent): void {
    this.#transport.send(Object.keys(data).length > 0 ? { timestamp, event, data } : { timestamp, event });
    if (this.#transport.backlog <= this.#unreadReplies + eventBacklog) return;
    this.#transport.destroy();
    this.#end();
  }

  async #letRead(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    await this.#untilUnread(replyBacklog);
  }

  /** Waits until the client has left at most so many bytes unread, or is gone. */
  async #untilUnread(most: number): Promise<void> {
    while (!this.#isOver && this.#transport.backlog > most) await new Promise<void>((resolve) => (this.#wake = resolve));
  }

  #taken(): void {
    this.#unreadReplies = Math.min(this.#unreadReplies, this.#transport.backlog);
    this.#wake?.();
  }

  #finish(): void {
    this.#isEnding = true;
    if (!this.#isRunning) void this.#closeWhenRead();
  }

  /** However slowly the client reads: it may have said its last, but it waits for the replies. */
  async #closeWhenRead(): Promise<void> {
    await this.#untilUnread(0);
    this.close();
  }

  #end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#queue = [];
    this.#offEvents?.();
    this.#wake?.();
    this.#onClosed?.();
  }
}

function hasId(value: unknown): value is { id: unknown } {
  return typeof value === 'object' && value !== null && 'id' in value && !Array.isArray(value);
}

function describeError(error: unknown): { class: string; desc: string } {
  if (error instanceof QapiError) return { class: error.class, desc: error.desc };
  return { class: 'GenericError', desc: error instanceof Error ? error.message : String(error) };
}
