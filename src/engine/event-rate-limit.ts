import type { TimerClock } from '../util/clock.ts';
import type { QmpEvent } from './events.ts';

export interface EventRateLimitInit {
  readonly clock: TimerClock;
  readonly send: (event: QmpEvent) => void;
}

const INTERVAL_NS = 1_000_000_000n;

/** Lets one event a second through for each key: the first at once, and of those that follow the last one, when the second is over. */
export class EventRateLimit {
  readonly #init: EventRateLimitInit;
  readonly #intervals = new Map<string, { last?: QmpEvent; cancel: () => void }>();

  constructor(init: EventRateLimitInit) {
    this.#init = init;
  }

  offer(key: string, event: QmpEvent): void {
    const interval = this.#intervals.get(key);
    if (interval === undefined) this.#send(key, event);
    else interval.last = event;
  }

  /** What is still waiting is not sent any more. */
  close(): void {
    for (const { cancel } of this.#intervals.values()) cancel();
    this.#intervals.clear();
  }

  #send(key: string, event: QmpEvent): void {
    const { clock, send } = this.#init;
    this.#intervals.set(key, { cancel: clock.at(clock.nowNs() + INTERVAL_NS, () => this.#onIntervalOver(key)) });
    send(event);
  }

  #onIntervalOver(key: string): void {
    const last = this.#intervals.get(key)?.last;
    this.#intervals.delete(key);
    if (last !== undefined) this.#send(key, last);
  }
}
