import type { Off } from './link.ts';

/** Those who want to hear of one kind of thing. */
export class Subscribers<Value> {
  readonly #listeners = new Set<{ readonly listener: (value: Value) => void }>();

  add(listener: (value: Value) => void): Off {
    const entry = { listener };
    this.#listeners.add(entry);
    return () => this.#listeners.delete(entry);
  }

  /** Calls every listener, in the order in which they came. */
  tell(value: Value): void {
    for (const { listener } of this.#listeners) listener(value);
  }
}
