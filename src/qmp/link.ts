import type { Int } from '../qapi/schema.ts';

/** Undoes a subscription. */
export type Off = () => void;

export interface QmpEvent {
  readonly event: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly timestamp: { readonly seconds: number; readonly microseconds: number };
}

export interface QmpVersion {
  readonly qemu: { readonly major: Int; readonly minor: Int; readonly micro: Int };
  readonly package: string;
}

/**
 * The life of a link. `silent` is connected without a greeting: another client holds the socket.
 * `waiting` is between two attempts to reconnect. `closed` is final.
 */
export type LinkState =
  | { readonly state: 'connecting' }
  | { readonly state: 'silent'; readonly sinceMs: number }
  | { readonly state: 'ready'; readonly version: QmpVersion }
  | { readonly state: 'waiting'; readonly attempt: number; readonly retryInMs: number; readonly reason: string }
  | { readonly state: 'closed'; readonly reason: string };

/** A request that got no answer for a reason that is not the far end's: deadline, lost peer, closed link. */
export class LinkError extends Error {
  readonly reason: 'deadline' | 'disconnected' | 'closed' | 'protocol';

  constructor(reason: LinkError['reason'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'LinkError';
    this.reason = reason;
  }
}

/** One line of traffic, for the wire panel, the log and the recorder. */
export interface Traffic {
  readonly direction: 'sent' | 'received';
  /** Says so of an event without a look into the message, where that is known. */
  readonly isEvent?: boolean;
  readonly message: Readonly<Record<string, unknown>>;
}

export interface ExecuteOptions {
  /** Milliseconds to wait for the reply; default 30,000, 0 waits for ever. The link stays usable after a deadline. */
  readonly deadlineMs?: number;
}

/** All that a screen or a shell sees of a QMP engine, near or far. */
export interface Link {
  /** What the user called the other end: an address, or a label such as "demo machine". */
  readonly label: string;
  readonly state: LinkState;
  /**
   * Runs one command.
   * @returns the reply's `return` member, by value
   * @throws QapiError for an error reply, LinkError when no reply came
   */
  execute(command: string, args?: Readonly<Record<string, unknown>>, options?: ExecuteOptions): Promise<unknown>;
  /** Sends one request object as it is (`execute`, `exec-oob`, any `id`) and returns the whole reply object, errors included. */
  request(message: Readonly<Record<string, unknown>>, options?: ExecuteOptions): Promise<Readonly<Record<string, unknown>>>;
  onEvent(listener: (event: QmpEvent) => void): Off;
  onState(listener: (state: LinkState) => void): Off;
  onTraffic(listener: (traffic: Traffic) => void): Off;
  /** Tries to connect now where the link waits to try again; else does nothing. */
  retry(): void;
  /** Leaves; never ends the VM. Pending requests fail with LinkError 'closed'. */
  close(): Promise<void>;
}
