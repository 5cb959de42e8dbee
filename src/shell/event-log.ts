import type { QmpEvent } from '../qmp/link.ts';
import { laterEventOutput } from './event-text.ts';
import type { Output } from './session.ts';

/** An event that came. */
export interface LoggedEvent {
  readonly number: number;
  readonly name: string;
  /** Time, name and what it says, as it is printed, and the event without secrets; both are made when they are read. */
  readonly output: Output;
}

/** The last events. A flood costs no more than putting them away. */
export class EventLog {
  readonly #capacity: number;
  #events: LoggedEvent[] = [];
  #count = 0;
  #newestFirst: { readonly count: number; readonly events: readonly LoggedEvent[] } = { count: 0, events: [] };

  constructor(capacity = 500) {
    this.#capacity = capacity;
  }

  add(event: QmpEvent): void {
    this.#events.push({ number: ++this.#count, name: event.event, output: laterEventOutput(event) });
    if (this.#events.length > 2 * this.#capacity) this.#events = this.#events.slice(-this.#capacity);
  }

  /** How many have come so far. */
  get count(): number {
    return this.#count;
  }

  /** Those that are kept, the newest first. */
  get newestFirst(): readonly LoggedEvent[] {
    if (this.#newestFirst.count !== this.#count) {
      this.#newestFirst = { count: this.#count, events: this.#events.slice(-this.#capacity).reverse() };
    }
    return this.#newestFirst.events;
  }
}
