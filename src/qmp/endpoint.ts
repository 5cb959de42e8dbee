import type { Off, QmpEvent, QmpVersion } from './link.ts';

/** What a server serves: something that runs QMP commands. */
export interface QmpEndpoint {
  /** Runs one command and returns its reply; @throws QapiError */
  execute(name: string, args: Readonly<Record<string, unknown>>): Promise<unknown>;
  onEvent(listener: (event: QmpEvent) => void): Off;
  version(): QmpVersion;
}
