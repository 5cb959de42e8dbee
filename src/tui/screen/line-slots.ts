import { styledWidth } from '../text/styled-text.ts';

/** The first of 65,000 characters that no text holds: a private-use plane, one cell each. */
const firstSlot = 0xf0000;
const lastSlot = 0xffffd;

/**
 * A stand-in for a finished line: what ink lays out is this one character, and the line is put in its place afterwards.
 * So a line that changes costs ink nothing; it works only when the layout changes.
 */
export function slot(index: number): string {
  return String.fromCodePoint(Math.min(firstSlot + index, lastSlot));
}

/** Puts the lines in the place of their slots; each covers the blanks behind its slot. */
export function fillSlots(rows: readonly string[], lines: readonly string[]): string[] {
  return rows.map((row) => {
    let filled = '';
    let covered = 0;
    for (const character of row) {
      const code = character.codePointAt(0) ?? 0;
      if (code >= firstSlot && code <= lastSlot) {
        const line = lines[code - firstSlot] ?? '';
        filled += line;
        covered = styledWidth(line) - 1;
        if (covered < 0) filled += ' ';
      } else if (covered > 0) covered--;
      else filled += character;
    }
    return filled;
  });
}
