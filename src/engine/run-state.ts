import type { StatusInfo } from '../qapi/types/status-info.ts';
import type { EventHub } from './events.ts';

type RunStatus = StatusInfo['status'];

/** Whether the guest runs. An engine starts with a running guest, as QEMU does without -S. */
export class RunState {
  readonly #events: EventHub;
  readonly #onChange: (running: boolean) => void;
  #status: RunStatus = 'running';

  constructor(events: EventHub, onChange: (running: boolean) => void) {
    this.#events = events;
    this.#onChange = onChange;
  }

  get status(): RunStatus {
    return this.#status;
  }

  get running(): boolean {
    return this.#status === 'running';
  }

  /** Stops the guest; one that is stopped already is left as it is, without an event. */
  stop(reason: Exclude<RunStatus, 'running'> = 'paused'): void {
    if (!this.running) return;
    this.#status = reason;
    this.#onChange(false);
    this.#events.emit('STOP');
  }

  /** A machine that stands still is as if it had just been made. */
  reset(): void {
    if (!this.running) this.#status = 'prelaunch';
  }

  cont(): void {
    if (this.running) return;
    this.#status = 'running';
    this.#onChange(true);
    this.#events.emit('RESUME');
  }
}
