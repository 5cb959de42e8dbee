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
    this.send(eventNow(event, data));
  }

  /** Sends an event that has happened, which may be some time ago. */
  send(event: QmpEvent): void {
    for (const listener of [...this.#listeners]) listener(event);
  }

  on(listener: (event: QmpEvent) => void): Off {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

/** An event that happens now. */
export function eventNow(event: string, data: QmpEvent['data']): QmpEvent {
  return { event, data, timestamp: timestampOf(performance.timeOrigin + performance.now()) };
}

function timestampOf(milliseconds: number): QmpEvent['timestamp'] {
  const seconds = Math.floor(milliseconds / 1000);
  return { seconds, microseconds: Math.floor((milliseconds - seconds * 1000) * 1000) };
}
