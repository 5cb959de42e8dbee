import type { ReadStream, WriteStream } from 'node:tty';
import type { Session } from '../shell/session.ts';
import type { ReplayLink } from '../shell/replay/replay-link.ts';
import { MonitorTabs } from './monitor-tabs.ts';

/** What the composition root hands to the screen. */
export interface MonitorOptions {
  readonly session: Session;
  readonly stdin: ReadStream;
  readonly stdout: WriteStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What is already painted from the cursor's line up: the first frame is painted over it. Default: nothing. */
  readonly skeleton?: string;
  /** The session is a recording: its time line is shown and moved by keys. */
  readonly replay?: ReplayLink;
  /** Opens a session on another address, for a tab of its own; it is closed with its tab. @throws Error when the address is none */
  readonly openSession?: (address: string) => Promise<Session>;
  /** Bytes typed since the skeleton was painted, in order. */
  readonly typeAhead?: Buffer;
  /** Lines printed above the first frame. */
  readonly banner?: readonly string[];
  /** Says that a made-up guest does the I/O, e.g. 'synthetic guest'; shown as long as the monitor runs. */
  readonly guestLabel?: string;
}

/**
 * Runs the monitor until the user leaves, and gives the terminal back as it was.
 * The caller has checked that both streams are terminals; it closes the session afterwards.
 * @returns the exit status: 0 for leaving, 128 + n after signal n, 1 after a crash (its text is on stderr then)
 */
export async function runMonitor(options: MonitorOptions): Promise<number> {
  return new MonitorTabs(options).run();
}
