import type { Traffic } from '../qmp/link.ts';

type Message = Readonly<Record<string, unknown>>;

/** A request and what was answered. */
export interface Exchange {
  readonly number: number;
  readonly command: string;
  readonly request: Message;
  /** Wall clock, for people. */
  readonly sentAt: Date;
  /** Absent while it is awaited. */
  readonly answer?: {
    readonly tookMs: number;
    readonly error?: { readonly class: string; readonly desc: string };
    /** Absent when a later answer to the same query has taken its place: answers can be large. */
    readonly reply?: Message;
  };
}

/** Asks without changing anything, again and again: of these, only the newest answer is kept whole. */
const isQuery = /^(query-|x-debug-query-)/;

/** The last requests with their replies. */
export class WireLog {
  readonly #capacity: number;
  readonly #waiting = new Map<unknown, { readonly number: number; readonly sentMs: number }>();
  readonly #newestReply = new Map<string, number>();
  #exchanges: Exchange[] = [];
  #count = 0;

  constructor(capacity = 500) {
    this.#capacity = capacity;
  }

  /** Takes one message; events are no part of it. `nowMs` is a monotonic clock. */
  add(traffic: Traffic, nowMs: number): void {
    if (traffic.isEvent === true) return;
    const { direction, message } = traffic;
    if (direction === 'sent') this.#request(message, nowMs);
    else if (message.event === undefined) this.#reply(message, nowMs);
  }

  /** Those that are kept, the newest first. */
  get newestFirst(): readonly Exchange[] {
    return this.#exchanges.slice(-this.#capacity).reverse();
  }

  #request(request: Message, nowMs: number): void {
    const name = request.execute ?? request['exec-oob'];
    const exchange: Exchange = { number: ++this.#count, command: typeof name === 'string' ? name : '?', request, sentAt: new Date() };
    this.#exchanges.push(exchange);
    this.#waiting.set(request.id, { number: exchange.number, sentMs: nowMs });
    if (this.#exchanges.length <= 2 * this.#capacity) return;
    this.#exchanges = this.#exchanges.slice(-this.#capacity);
    const oldest = this.#exchanges[0]?.number ?? 0;
    for (const [id, { number }] of this.#waiting) if (number < oldest) this.#waiting.delete(id);
  }

  #reply(reply: Message, nowMs: number): void {
    const asked = this.#waiting.get(reply.id);
    const exchange = asked && this.#find(asked.number);
    if (asked === undefined || exchange === undefined) return;
    this.#waiting.delete(reply.id);
    const error = reply.error as { class: string; desc: string } | undefined;
    this.#put({ ...exchange, answer: { tookMs: nowMs - asked.sentMs, reply, ...(error && { error }) } });
    if (isQuery.test(exchange.command)) this.#forgetOlder(exchange);
  }

  #forgetOlder({ command, number }: Exchange): void {
    const before = this.#find(this.#newestReply.get(command) ?? 0);
    this.#newestReply.set(command, number);
    if (before?.answer === undefined) return;
    const { reply: _, ...answer } = before.answer;
    this.#put({ ...before, answer });
  }

  /** Numbers go up by one. */
  #find(number: number): Exchange | undefined {
    return this.#exchanges[number - (this.#exchanges[0]?.number ?? 0)];
  }

  #put(exchange: Exchange): void {
    this.#exchanges[exchange.number - (this.#exchanges[0]?.number ?? 0)] = exchange;
  }
}
