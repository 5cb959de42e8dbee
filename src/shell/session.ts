import type { Link, Off, QmpEvent } from '../qmp/link.ts';
import type { History } from './history.ts';
import type { LiveState } from './live-state.ts';

/** One piece of output, ready to print; the screen chooses colours by kind. `text` may have several lines, no escapes. */
export interface Output {
  readonly kind: 'text' | 'json' | 'error' | 'event' | 'note';
  readonly text: string;
  /** The event or the reply as data, for `--json` and for the wire panel. */
  readonly data?: unknown;
}

/** What happened to a line. */
export interface Outcome {
  readonly status: 'done' | 'failed' | 'leave';
  readonly outputs: readonly Output[];
  /** What a client would have received: `{return}` or `{error: {class, desc}}`, with the `id` of a raw request. */
  readonly reply?: Readonly<Record<string, unknown>>;
}

/** Something TAB can put into the line. */
export interface Candidate {
  /** The text that replaces `from..to`, quoted where the language needs it; ends with a space or '=' when that comes next. */
  readonly insert: string;
  /** What the popup shows. */
  readonly label: string;
  /** A few words beside it: 'raw, read-only', 'required, int', '45 %, paused'. */
  readonly detail?: string;
  readonly kind: 'command' | 'device' | 'node' | 'job' | 'file' | 'enum' | 'flag' | 'key' | 'value';
}

export interface Completion {
  /** The part of the text that a candidate replaces (UTF-16 offsets). */
  readonly from: number;
  readonly to: number;
  /** Best first. */
  readonly candidates: readonly Candidate[];
  /** What is expected here, for the hint line: 'device', 'speed (size, default MiB/s)' ... */
  readonly expects?: string;
}

/** The console without a screen: one per link. */
export interface Session {
  readonly link: Link;
  readonly live: LiveState;
  readonly history: History;
  /** True while the text is an unfinished JSON message (open braces or strings): Enter adds a line. */
  isIncomplete(text: string): boolean;
  /** Runs one input line, multi-line JSON, or several lines to the first that fails. Never rejects: failures are error outputs. */
  run(text: string): Promise<Outcome>;
  complete(text: string, cursor: number): Promise<Completion>;
  /** Events of the far end, already formatted for the scrollback. */
  onEvent(listener: (output: Output, event: QmpEvent) => void): Off;
  close(): Promise<void>;
}
