import type { QmpEvent } from '../qmp/link.ts';
import { eventOutput } from './event-text.ts';

/** An event that came; its words are made when somebody looks at them. */
export interface LoggedEvent {
  readonly number: number;
  readonly event: QmpEvent;
}

const texts = new WeakMap<LoggedEvent, string>();

/** Time, name and what it says, as it is printed: '12:00:00.000 RESUME'. */
export function loggedText(logged: LoggedEvent): string {
  const known = texts.get(logged) ?? eventOutput(logged.event).text;
  texts.set(logged, known);
  return known;
}

/** The last events. A flood costs no more than putting them away. */
export class EventLog {
  readonly #capacity: number;
  #events: LoggedEvent[] = [];
  #count = 0;
  #newestFirst: { readonly count: number; readonly events: readonly LoggedEvent[] } = { count: 0, events: [] };

  constructor(capacity = 1000) {
    this.#capacity = capacity;
  }

  add(event: QmpEvent): void {
    this.#events.push({ number: ++this.#count, event });
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
