import type { Candidate } from '../session.ts';

/** Something that fits a slot, before it is ranked, quoted and cut. */
export interface Item {
  /** The bare text, as it is matched against what was typed. */
  readonly value: string;
  /** What the typed text is compared with, when that is not the value (a path that begins with `~`). */
  readonly match?: string;
  /** A few words beside it; a function where thousands of items may be made and few shown. */
  readonly detail?: string | (() => string);
  readonly kind: Candidate['kind'];
  /** Smaller comes first among equally good matches; default 0. */
  readonly order?: number;
  /** What follows the value when it is put in: a blank by default, '=' after a key, nothing after a directory. */
  readonly suffix?: string;
}
