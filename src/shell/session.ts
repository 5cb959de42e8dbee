import type { Link, Off, QmpEvent } from '../qmp/link.ts';
import type { History } from './history.ts';
import type { LiveState } from './live-state.ts';
import type { Safety } from './safety/safety.ts';
import type { Settings } from './settings/settings.ts';
import type { Translation } from './translate/translation.ts';

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

/** One line of what is shown in place. */
export interface LiveLine {
  readonly kind: Output['kind'];
  readonly text: string;
  /** It was not there in the round before. */
  readonly isChanged: boolean;
}

/** What a running line shows in place of what it showed before. */
export interface LiveView {
  readonly heading: string;
  readonly lines: readonly LiveLine[];
}

/** How a running line is heard and stopped. Everything may be absent: the line then ends by itself and tells all in its outcome. */
export interface RunContext {
  /** Ends `watch`, `wait` and `source`; what was sent stays sent. */
  readonly signal?: AbortSignal;
  /** Takes what is ready before the line ends: a script's lines, the rounds of a watch. */
  readonly report?: (outcome: Outcome) => void | Promise<void>;
  /** Shows something in place; absent where nothing can be taken back. */
  readonly show?: (view: LiveView) => void;
  /** Opens another connection beside this one; absent where there is no place for it. @throws Error when the address is none */
  readonly connect?: ((address: string) => Promise<void>) | undefined;
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
  /** Keeps to the rules of `safety`, whoever sends something over it. */
  readonly link: Link;
  readonly safety: Safety;
  readonly live: LiveState;
  readonly history: History;
  readonly settings: Settings;
  /** True while the text is an unfinished JSON message (open braces or strings): Enter adds a line. */
  isIncomplete(text: string): boolean;
  /** Runs one input line, multi-line JSON, or several lines to the first that fails. Never rejects: failures are error outputs. */
  run(text: string, context?: RunContext): Promise<Outcome>;
  complete(text: string, cursor: number): Promise<Completion>;
  /** Whether a line can begin with this word; undefined while that is not known. Asks nobody. */
  knows(name: string): boolean | undefined;
  /** What Enter would send and what would come of it now; undefined while the text is no command. Sends nothing of it. */
  translate(text: string): Promise<Translation | undefined>;
  /** Events of the far end, already formatted for the scrollback. */
  onEvent(listener: (output: Output, event: QmpEvent) => void): Off;
  close(): Promise<void>;
}
