import type { Message, Transport, TransportListener } from './transport.ts';

/** Two ends in one process. Messages are copied, arrive in order and in a later turn, as over a socket. */
export function createLocalPair(): [Transport, Transport] {
  const [near, far] = [new LocalTransport(), new LocalTransport()];
  near.join(far);
  far.join(near);
  return [near, far];
}

class LocalTransport implements Transport {
  #peer: LocalTransport | undefined;
  #listener: TransportListener | undefined;
  #inbox: Message[] = [];
  #delivery: NodeJS.Immediate | undefined;
  #isPaused = false;
  #isOver = false;
  /** The peer's close, to be told after its last message. */
  #isPeerGone = false;

  join(peer: LocalTransport): void {
    this.#peer = peer;
  }

  listen(listener: TransportListener): void {
    this.#listener = listener;
  }

  send(message: Message): void {
    if (!this.#isOver) this.#peer?.accept(copyMessage(message) as Message);
  }

  get backlog(): number {
    return this.#peer ? this.#peer.#inbox.length : 0;
  }

  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    this.#isPaused = false;
    this.#schedule();
  }

  close(): void {
    this.#isOver = true;
    this.#peer?.leave();
  }

  destroy(): void {
    this.close();
  }

  accept(message: Message): void {
    if (this.#isOver) return;
    this.#inbox.push(message);
    this.#schedule();
  }

  leave(): void {
    this.#isPeerGone = true;
    this.#schedule();
  }

  #schedule(): void {
    if (!this.#isPaused) this.#delivery ??= setImmediate(() => this.#deliver());
  }

  #deliver(): void {
    this.#delivery = undefined;
    const hadMessages = this.#inbox.length > 0;
    while (!this.#isPaused && !this.#isOver && this.#inbox.length > 0) this.#listener?.message(this.#inbox.shift());
    if (hadMessages) this.#peer?.taken();
    if (this.#isOver || this.#isPaused || !this.#isPeerGone) return;
    this.#isOver = true;
    this.#listener?.closed('the other end closed the link');
  }

  taken(): void {
    if (!this.#isOver) this.#listener?.drained?.();
  }
}

/** What JSON would make of the value, without the detour through text. */
function copyMessage(value: unknown): unknown {
  if (typeof value === 'bigint') return isExact(value) ? Number(value) : value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => (item === undefined ? null : copyMessage(item)));
  const copy: Record<string, unknown> = {};
  for (const key of Object.keys(value)) {
    const member = (value as Record<string, unknown>)[key];
    if (member !== undefined) setMember(copy, key, copyMessage(member));
  }
  return copy;
}

function isExact(value: bigint): boolean {
  return value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER);
}

function setMember(target: Record<string, unknown>, key: string, value: unknown): void {
  if (key === '__proto__') Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
  else target[key] = value;
}
