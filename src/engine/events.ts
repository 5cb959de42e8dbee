/** Undoes a subscription. */
export type Off = () => void;

/** An event as it goes over the wire. */
export interface QmpEvent {
  readonly event: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly timestamp: { readonly seconds: number; readonly microseconds: number };
}

/** Where events of the engine meet those who listen. */
export class EventHub {
  readonly #listeners = new Set<(event: QmpEvent) => void>();

  /** Sends an event now; listeners are called in the order in which they came. */
  emit(event: string, data: Readonly<Record<string, unknown>> = {}): void {
    const message: QmpEvent = { event, data, timestamp: timestampOf(performance.timeOrigin + performance.now()) };
    for (const listener of [...this.#listeners]) listener(message);
  }

  on(listener: (event: QmpEvent) => void): Off {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

function timestampOf(milliseconds: number): QmpEvent['timestamp'] {
  const seconds = Math.floor(milliseconds / 1000);
  return { seconds, microseconds: Math.floor((milliseconds - seconds * 1000) * 1000) };
}
