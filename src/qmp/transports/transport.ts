/** One message of the wire. */
export type Message = Readonly<Record<string, unknown>>;

/** What a transport tells the one who listens to it. */
export interface TransportListener {
  /** The connection stands; not told by a transport that needs none. */
  opened?(): void;
  /** A decoded value; nobody has checked that it is an object. */
  message(value: unknown): void;
  /** Bytes that are no message; `problem` is the parser's text, in QEMU's wording. The transport goes on after them. */
  malformed(problem: string): void;
  /** The other end is gone; called once, never after `close`. */
  closed(reason: string): void;
  /** The other end sends no more but still reads; without this member that counts as closed. */
  ended?(): void;
  /** The other end has taken some of what was sent: `backlog` has become smaller. */
  drained?(): void;
}

/** Carries whole messages, in order, by value; nothing is ever delivered in the turn in which it was sent. */
export interface Transport {
  /** Who hears of it from now on; set once, in the turn in which the transport was made. */
  listen(listener: TransportListener): void;
  /** Queues one message; those of one turn leave together. After the end it does nothing. */
  send(message: Message): void;
  /** Bytes (in process: messages) that the other end has not taken yet. */
  readonly backlog: number;
  /** Stops and resumes delivery, so that a sender who is too quick has to wait. */
  pause(): void;
  resume(): void;
  /** Sends what is queued, then ends. */
  close(): void;
  /** Ends at once; what is queued is lost. */
  destroy(): void;
}
