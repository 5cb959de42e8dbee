import { QapiError } from '../qapi/qapi-error.ts';
import type { QapiErrorClass } from '../qapi/qapi-error.ts';
import { retryDelayMs } from './backoff.ts';
import { parseGreeting } from './greeting.ts';
import type { Greeting } from './greeting.ts';
import { LinkError } from './link.ts';
import type { ExecuteOptions, Link, LinkState, Off, QmpEvent, Traffic } from './link.ts';
import { formatMessage } from './message-writer.ts';
import { PendingRequests } from './pending-requests.ts';
import { Subscribers } from './subscribers.ts';
import type { Message, Transport } from './transports/transport.ts';

export interface ClientOptions {
  /** What messages and the screen call the other end; default: the address. */
  readonly label?: string;
  /** Milliseconds that a request waits for its reply unless it says otherwise; default 30,000. */
  readonly deadlineMs?: number;
  /** Whether a lost peer is sought again; default true. When false, the link is closed with the first loss. */
  readonly reconnect?: boolean;
  /** Milliseconds without a greeting after which the link counts as silent; default 1,000. */
  readonly silentAfterMs?: number;
  /** Whether to ask for out-of-band execution (`exec-oob`) where it is offered; default false. */
  readonly oob?: boolean;
}

/** A server that stops reading here takes the rest of the message for new ones. */
const deepestMessage = 1024;
/** Milliseconds for the transport to come up. */
const connectWithinMs = 10_000;

/** The one client: a Link over whatever transport `open` makes. */
export class LinkClient implements Link {
  readonly label: string;
  readonly #open: () => Transport;
  readonly #options: ClientOptions;
  readonly #pending = new PendingRequests();
  readonly #events = new Subscribers<QmpEvent>();
  readonly #states = new Subscribers<LinkState>();
  readonly #traffic = new Subscribers<Traffic>();
  #state: LinkState = { state: 'connecting' };
  #transport: Transport | undefined;
  #timer: NodeJS.Timeout | undefined;
  #attempt = 0;
  /** Requests of the first connect, which wait for the greeting; undefined once that is over. */
  #parked: Set<string> | undefined = new Set();

  constructor(open: () => Transport, label: string, options: ClientOptions = {}) {
    this.label = options.label ?? label;
    this.#open = open;
    this.#options = options;
    this.#connect();
  }

  get state(): LinkState {
    return this.#state;
  }

  async execute(command: string, args?: Readonly<Record<string, unknown>>, options?: ExecuteOptions): Promise<unknown> {
    const message = args ? { execute: command, arguments: args } : { execute: command };
    const reply = await this.#exchange(message, command, options);
    if ('error' in reply) throw toQapiError(reply.error);
    return reply.return;
  }

  async request(message: Message, options?: ExecuteOptions): Promise<Message> {
    const name = message.execute ?? message['exec-oob'];
    const command = typeof name === 'string' ? name : 'request';
    const { id: _, ...reply } = await this.#exchange(message, command, options);
    return 'id' in message ? { ...reply, id: message.id } : reply;
  }

  onEvent(listener: (event: QmpEvent) => void): Off {
    return this.#events.add(listener);
  }

  onState(listener: (state: LinkState) => void): Off {
    return this.#states.add(listener);
  }

  onTraffic(listener: (traffic: Traffic) => void): Off {
    return this.#traffic.add(listener);
  }

  retry(): void {
    if (this.#state.state !== 'waiting') return;
    clearTimeout(this.#timer);
    this.#connect();
  }

  async close(): Promise<void> {
    if (this.#state.state === 'closed') return;
    clearTimeout(this.#timer);
    const transport = this.#transport;
    this.#transport = undefined;
    transport?.close();
    this.#setState({ state: 'closed', reason: 'closed here' });
    this.#pending.failAll('closed', (command) => `'${command}' was given up: the link to ${this.label} was closed`);
  }

  #exchange(message: Message, command: string, options: ExecuteOptions = {}): Promise<Message> {
    return new Promise((resolve, reject) => {
      const isReady = this.#state.state === 'ready';
      if (!isReady && !this.#parked) {
        reject(this.#notReady(command));
        return;
      }
      if (isDeeper(message, deepestMessage)) {
        reject(new LinkError('protocol', `'${command}' was not sent: it is nested deeper than ${deepestMessage} levels`));
        return;
      }
      const deadlineMs = options.deadlineMs ?? this.#options.deadlineMs ?? 30_000;
      const describe = () => this.#describeDeadline(id, command, deadlineMs);
      const id = this.#pending.add({ command, message, resolve, reject }, deadlineMs, describe);
      if (isReady) this.#send({ ...message, id });
      else this.#parked?.add(id);
    });
  }

  #connect(): void {
    const transport = this.#open();
    const isCurrent = () => this.#transport === transport;
    this.#transport = transport;
    this.#setState({ state: 'connecting' });
    const giveUp = () => this.#lose('disconnected', `no connection within ${connectWithinMs / 1000} s`);
    this.#timer = setTimeout(giveUp, connectWithinMs);
    transport.listen({
      opened: () => isCurrent() && this.#awaitGreeting(),
      message: (value) => isCurrent() && this.#receive(value),
      malformed: (problem) => isCurrent() && this.#lose('protocol', problem),
      closed: (reason) => isCurrent() && this.#lose('disconnected', reason),
    });
  }

  #awaitGreeting(): void {
    clearTimeout(this.#timer);
    const sinceMs = Date.now();
    this.#timer = setTimeout(() => this.#setState({ state: 'silent', sinceMs }), this.#options.silentAfterMs ?? 1000);
  }

  #send(message: Message): void {
    this.#transport?.send(message);
    this.#traffic.tell({ direction: 'sent', message });
  }

  #receive(value: unknown): void {
    if (!isMessage(value)) return this.#lose('protocol', 'a message that is no object');
    this.#traffic.tell({ direction: 'received', message: value });
    if ('return' in value || 'error' in value) this.#settle(value);
    else if ('event' in value) this.#events.tell({ data: {}, ...value } as QmpEvent);
    else if ('QMP' in value) this.#negotiate(parseGreeting(value.QMP));
    else this.#lose('protocol', `a message that is no reply, event or greeting: ${Object.keys(value).join(', ')}`);
  }

  /** A reply without an id answers a request that the far end could not read; requests are answered in order. */
  #settle(reply: Message): void {
    const id = 'id' in reply ? reply.id : [...this.#pending.ids].find((sent) => !this.#parked?.has(sent));
    this.#pending.take(id)?.resolve(reply);
  }

  #negotiate(greeting: Greeting | undefined): void {
    if (!greeting) return this.#lose('protocol', 'a greeting without a version');
    if (this.#state.state === 'ready') this.#failAll('disconnected', 'a new greeting: the far end started anew');
    const command = 'qmp_capabilities';
    const useOob = this.#options.oob && greeting.capabilities.includes('oob');
    const message = useOob ? { execute: command, arguments: { enable: ['oob'] } } : { execute: command };
    const resolve = (reply: Message) => this.#becomeReady(reply, greeting);
    const id = this.#pending.add({ command, message, resolve, reject: () => undefined }, 0, () => '');
    this.#send({ ...message, id });
  }

  /** `CommandNotFound` says that negotiation was over already, which is as good. */
  #becomeReady(reply: Message, { version }: Greeting): void {
    const error = 'error' in reply ? toQapiError(reply.error) : undefined;
    if (error && error.class !== 'CommandNotFound') return this.#lose('protocol', `negotiation refused: ${error.desc}`);
    clearTimeout(this.#timer);
    this.#attempt = 0;
    const parked = this.#parked ?? [];
    this.#parked = undefined;
    this.#setState({ state: 'ready', version });
    for (const id of parked) {
      const request = this.#pending.get(id);
      if (request) this.#send({ ...request.message, id });
    }
  }

  #lose(reason: 'disconnected' | 'protocol', detail: string): void {
    clearTimeout(this.#timer);
    const transport = this.#transport;
    this.#transport = undefined;
    transport?.destroy();
    if (this.#options.reconnect === false) this.#setState({ state: 'closed', reason: detail });
    else this.#retryLater(detail);
    this.#failAll(reason, detail);
    this.#parked = undefined;
  }

  #retryLater(reason: string): void {
    this.#attempt += 1;
    const retryInMs = retryDelayMs(this.#attempt);
    this.#timer = setTimeout(() => this.#connect(), retryInMs);
    this.#setState({ state: 'waiting', attempt: this.#attempt, retryInMs, reason });
  }

  #failAll(reason: 'disconnected' | 'protocol', detail: string): void {
    this.#pending.failAll(reason, (command, id) => this.#parked?.has(id)
      ? `'${command}' was not sent: no link to ${this.label} (${detail})`
      : `the link to ${this.label} was lost while '${command}' ran (${detail}); it may have worked and is not sent again`);
  }

  #notReady(command: string): LinkError {
    const reason = this.#state.state === 'closed' ? 'closed' : 'disconnected';
    return new LinkError(reason, this.#describeUnsent(command));
  }

  #describeDeadline(id: string, command: string, deadlineMs: number): string {
    const time = `within ${deadlineMs / 1000} s`;
    if (this.#parked?.has(id)) return `${this.#describeUnsent(command)} (not ready ${time})`;
    return `no reply to '${command}' from ${this.label} ${time}; it may still run, a late reply is dropped`;
  }

  #describeUnsent(command: string): string {
    return `'${command}' was not sent: the link to ${this.label} ${describeState(this.#state)}`;
  }

  #setState(state: LinkState): void {
    this.#state = state;
    this.#states.tell(state);
  }
}

function describeState(state: LinkState): string {
  switch (state.state) {
    case 'connecting': return 'is being made';
    case 'silent': return 'is silent: another client probably holds this monitor';
    case 'ready': return 'is ready';
    case 'waiting': return `is down (${state.reason}); the next attempt is at most ${(state.retryInMs / 1000).toFixed(1)} s away`;
    case 'closed': return `is closed (${state.reason})`;
  }
}

function toQapiError(error: unknown): QapiError {
  const { class: errorClass, desc } = (error ?? {}) as { class?: unknown; desc?: unknown };
  return new QapiError(typeof desc === 'string' ? desc : formatMessage(error), { class: String(errorClass) as QapiErrorClass });
}

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((member) => isDeeper(member, levels - 1));
}

function isMessage(value: unknown): value is Message {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
