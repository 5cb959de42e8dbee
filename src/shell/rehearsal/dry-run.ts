/** The word before a line that is to be rehearsed. */
export const dryRunWord = '--dry-run';

/** Where the line to rehearse begins, blanks behind the word left out; 0 when the text is no rehearsal. */
export function dryRunLength(text: string): number {
  return /^\s*--dry-run(?:\s+|$)/.exec(text)?.[0].length ?? 0;
}
