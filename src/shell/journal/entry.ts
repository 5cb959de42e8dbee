import type { LinkState, QmpVersion } from '../../qmp/link.ts';
import type { Outcome } from '../session.ts';

type Message = Readonly<Record<string, unknown>>;

/** One thing that happened in a session; secrets are left out. A log or a recording holds one a line, as JSON. */
export type JournalEntry = { readonly time: string } & (
  | { readonly sent: Message }
  | { readonly received: Message }
  | { readonly state: LinkState }
  /** A line that was entered, and what was printed for it. */
  | { readonly line: string }
  | { readonly outcome: Pick<Outcome, 'status' | 'outputs'> }
);

/** The line with which each session begins: there may be several in one file. */
export interface JournalHeader {
  readonly qmon: 'session';
  readonly format: 1;
  readonly time: string;
  readonly label: string;
  /** What the far end said in its greeting; absent while there was none. */
  readonly version?: QmpVersion;
}
