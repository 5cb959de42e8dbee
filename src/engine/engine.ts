import type { Off, QmpEvent } from './events.ts';

/** A QMP engine in this process. */
export interface Engine {
  /** Runs one command and returns its reply by value. @throws QapiError */
  execute(name: string, args?: Readonly<Record<string, unknown>>): Promise<unknown>;
  onEvent(listener: (event: QmpEvent) => void): Off;
  close(): Promise<void>;
}
