import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../support/random-bytes.ts';

/** How a client behaves; `dies` vanishes in the middle, all others want every reply. */
export const manners = ['eager', 'slow', 'sends first', 'half closes', 'half closes, slow', 'dies'] as const;
export type Manner = (typeof manners)[number];

interface Plan {
  readonly path: string;
  readonly manner: Manner;
  readonly random: Random;
  readonly requests: number;
}

interface Reply {
  readonly id?: number;
  readonly event?: string;
  readonly return?: { readonly text?: string };
  readonly error?: object;
  readonly data?: { readonly count: number };
}

/** Sends random requests in random pieces, reads as its manner is, and throws when a reply or event is lost, doubled or wrong. */
export class StressClient {
  readonly #plan: Plan;
  readonly #socket: Socket;
  /** What each reply has to be, by id. */
  readonly #expected: (number | 'error')[] = [];
  #text = '';
  #answered = 0;
  #lastEvent: number | undefined;

  constructor(plan: Plan) {
    this.#plan = plan;
    this.#socket = connect({ path: plan.path, allowHalfOpen: true });
    this.#socket.on('error', () => undefined);
  }

  /** What is still open, for the message of a test that hangs. */
  get progress(): string {
    return `${this.#plan.manner}: ${this.#answered} of ${this.#plan.requests} replies`;
  }

  /** Resolves when the client has all that it wanted. */
  async run(): Promise<void> {
    const { manner } = this.#plan;
    const sending = this.#send(this.#compose());
    if (manner === 'sends first') await sending;
    if (manner === 'dies') await this.#die();
    else await Promise.all([sending, this.#readAll()]);
    this.#socket.destroy();
  }

  #compose(): string {
    const { random, requests } = this.#plan;
    let text = "{'execute':'qmp_capabilities'}";
    for (let id = 0; id < requests; id++) {
      const size = random.next(100) === 0 ? 30_000 + random.next(200_000) : random.next(3000);
      const name = ['big', 'later', 'nope'][random.next(12)] ?? 'big';
      this.#expected.push(name === 'nope' ? 'error' : size);
      text += `{"execute":"${name}","id":${id},"arguments":{"size":${size}}}${random.next(3) === 0 ? '\n' : ''}`;
    }
    return text;
  }

  async #send(text: string): Promise<void> {
    const { manner, random } = this.#plan;
    for (let at = 0; at < text.length;) {
      const length = manner === 'sends first' ? text.length : 1 + random.next(random.next(4) === 0 ? 50 : 20_000);
      await this.#write(text.slice(at, at + length));
      at += length;
      if (random.next(8) === 0) await turn();
    }
    if (manner.startsWith('half closes')) this.#socket.end();
  }

  #write(text: string): Promise<void> {
    return new Promise((resolve) => this.#socket.write(text, () => resolve()));
  }

  async #readAll(): Promise<void> {
    const { manner, requests } = this.#plan;
    const isHalfClosed = manner.startsWith('half closes');
    const over = new Promise((resolve) => this.#socket.once('end', resolve).once('close', resolve));
    if (manner.endsWith('slow')) await this.#readSlowly();
    else this.#socket.on('data', (chunk: Buffer) => this.#receive(chunk));
    if (isHalfClosed || this.#answered < requests) await Promise.race([over, isHalfClosed ? over : this.#allAnswered()]);
    if (this.#answered < requests) throw new Error(`hung up on; ${this.progress}`);
  }

  async #readSlowly(): Promise<void> {
    const { random, requests } = this.#plan;
    this.#socket.pause();
    while (this.#answered < requests && !this.#socket.readableEnded && !this.#socket.destroyed) {
      const chunk = this.#socket.read(Math.min(1 + random.next(40_000), this.#socket.readableLength)) as Buffer | null;
      if (chunk) this.#receive(chunk);
      if (!chunk || random.next(4) === 0) await (random.next(20) === 0 ? sleep(1 + random.next(10)) : turn());
    }
    this.#socket.on('data', (chunk: Buffer) => this.#receive(chunk)).resume();
  }

  async #allAnswered(): Promise<void> {
    while (this.#answered < this.#plan.requests) await turn();
  }

  async #die(): Promise<void> {
    const { random, requests } = this.#plan;
    this.#socket.on('data', (chunk: Buffer) => this.#receive(chunk));
    const last = random.next(requests);
    while (this.#answered < last) await turn();
  }

  #receive(chunk: Buffer): void {
    const lines = (this.#text + chunk.toString('latin1')).split('\r\n');
    this.#text = lines.pop()!;
    for (const line of lines) this.#check(JSON.parse(line) as Reply);
  }

  #check(reply: Reply): void {
    if (reply.data) {
      const { count } = reply.data;
      if (count !== (this.#lastEvent ?? count - 1) + 1) throw new Error(`event ${count} after ${this.#lastEvent}`);
      this.#lastEvent = count;
    } else if (reply.id !== undefined) {
      const got = reply.error ? 'error' : reply.return?.text?.length;
      if (reply.id !== this.#answered || got !== this.#expected[reply.id]) {
        throw new Error(`reply ${reply.id} (${got}) where ${this.#answered} (${this.#expected[this.#answered]}) was due`);
      }
      this.#answered += 1;
    }
  }
}
