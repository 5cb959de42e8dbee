import type { Completes } from '../qapi/schema.ts';

/** One argument of an HMP command, for completion. */
export interface HmpSlot {
  readonly name: string;
  /** '-f' for a switch. */
  readonly flag?: string;
  readonly completes?: readonly Completes[];
  readonly words?: readonly string[];
  readonly optional: boolean;
}

/** One HMP command, for completion and for telling the languages apart. */
export interface HmpFacts {
  /** With its words: 'eject', 'info block'. */
  readonly name: string;
  readonly aliases: readonly string[];
  readonly doc: string;
  readonly slots: readonly HmpSlot[];
}
