import type { Effect } from '../effects/effect.ts';
import type { AllowLevel } from './allow-level.ts';

/** Something that would be lost: who is asked types `subject` to go on. */
export interface Question {
  /** The command, as it is sent. */
  readonly command: string;
  readonly effect: Effect;
  readonly subject: string;
  /** The state has changed while it was asked: the effect is another one than a moment ago. */
  readonly again: boolean;
}

/** The rules of a session. */
export interface Safety {
  readonly allow: AllowLevel;
  /** Whether what would lose something is asked about now. */
  readonly confirm: () => boolean;
  /** Puts a question to somebody and resolves with whether to go on. Absent: nobody is there, and what would be asked is not done. */
  ask?: (question: Question) => Promise<boolean>;
}

/** No rules: for whoever asks for none. */
export function noSafety(): Safety {
  return { allow: 'full', confirm: () => false };
}

/** A request that was not sent, because the session's rules or its user did not want it. */
export class Refused extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'Refused';
  }
}
