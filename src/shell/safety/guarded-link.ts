import type { ExecuteOptions, Link, LinkState, Off, QmpEvent, Traffic } from '../../qmp/link.ts';
import { asksForSecret, messageWithoutSecrets, replyWithoutSecret } from '../secret-members.ts';
import { Guard } from './guard.ts';
import type { Safety } from './safety.ts';

type Row = Readonly<Record<string, unknown>>;

/**
 * A link that keeps to the rules of a session: a request that they do not allow is not sent, and one that would lose something
 * waits until it is confirmed. What it tells of traffic holds no secrets.
 */
export class GuardedLink implements Link {
  readonly #link: Link;
  readonly #guard: Guard;

  constructor(link: Link, safety: Safety) {
    this.#link = link;
    this.#guard = new Guard(link, safety);
  }

  get label(): string {
    return this.#link.label;
  }

  get state(): LinkState {
    return this.#link.state;
  }

  async execute(command: string, args?: Row, options?: ExecuteOptions): Promise<unknown> {
    const message = args ? { execute: command, arguments: args } : { execute: command };
    const admitted = this.#guard.admit(message);
    if (admitted !== undefined) await admitted;
    const value = await this.#link.execute(command, args, options);
    return asksForSecret(message) ? replyWithoutSecret({ return: value }).return : value;
  }

  async request(message: Row, options?: ExecuteOptions): Promise<Row> {
    const admitted = this.#guard.admit(message);
    if (admitted !== undefined) await admitted;
    const reply = await this.#link.request(message, options);
    return asksForSecret(message) ? replyWithoutSecret(reply) : reply;
  }

  onEvent(listener: (event: QmpEvent) => void): Off {
    return this.#link.onEvent(listener);
  }

  onState(listener: (state: LinkState) => void): Off {
    return this.#link.onState(listener);
  }

  onTraffic(listener: (traffic: Traffic) => void): Off {
    const secretReplies = new Set<unknown>();
    return this.#link.onTraffic(({ direction, message }) => {
      if (direction === 'sent' && asksForSecret(message)) secretReplies.add(message.id);
      const isSecret = direction === 'received' && secretReplies.delete(message.id);
      listener(trafficWithoutSecrets(direction, isSecret ? replyWithoutSecret(message) : message));
    });
  }

  retry(): void {
    this.#link.retry();
  }

  close(): Promise<void> {
    return this.#link.close();
  }
}

/** An event on the wire. */
class EventTraffic implements Traffic {
  readonly direction = 'received';
  readonly isEvent = true;
  readonly #message: Row;

  constructor(message: Row) {
    this.#message = message;
  }

  get message(): Row {
    return messageWithoutSecrets(this.#message);
  }
}

/** Answers and events can be large and many: they are looked through when somebody reads them. */
function trafficWithoutSecrets(direction: Traffic['direction'], message: Row): Traffic {
  if (message.event !== undefined) return new EventTraffic(message);
  if (!('return' in message)) return { direction, message: messageWithoutSecrets(message) };
  const { return: value, ...rest } = message;
  let known: { readonly value: unknown } | undefined;
  const get = () => (known ??= { value: messageWithoutSecrets({ value }).value }).value;
  return { direction, message: Object.defineProperty(messageWithoutSecrets(rest), 'return', { enumerable: true, configurable: true, get }) };
}
