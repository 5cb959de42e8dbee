import type { Effect } from '../effects/effect.ts';

/** What Enter would make of a line, found out without sending anything. */
export interface Translation {
  /** The messages that would be sent, in order; none when the line is answered here, or cannot be sent. */
  readonly messages: readonly Readonly<Record<string, unknown>>[];
  /** Sizes that the line writes otherwise: '80 -> 83886080 B'. */
  readonly units: readonly string[];
  /** What the messages would come to. */
  readonly effect?: Effect;
  /** Why the line cannot be sent as it is, or would be refused; with the place where there is one. */
  readonly problem?: string;
  /** What the line does instead of sending something. */
  readonly note?: string;
}
