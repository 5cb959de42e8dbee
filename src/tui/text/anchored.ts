import { cellWidth, isPlain } from './graphemes.ts';
import { plainText, styledParts } from './styled-text.ts';

/** One character with marks above or below it: every terminal gives it the cells of that character. */
const simple = /^\P{M}\p{Mn}*$/u;
const pictures = /[\p{Extended_Pictographic}\p{Regional_Indicator}\u200d\ufe0f]/u;

/**
 * A row in which every cell stands where it was counted to stand. Terminals disagree about emoji, flags and joined characters;
 * behind each of these the cursor is put where it belongs, so that the columns of a table stay in line.
 */
export function anchored(row: string): string {
  const text = plainText(row);
  if (isPlain(text) || !isDoubtful(text)) return row;
  let cells = 0;
  let written = '';
  for (const part of styledParts(row)) {
    written += part.text;
    if (part.isStyle) continue;
    cells += cellWidth(part.text);
    if (pictures.test(part.text) || !simple.test(part.text)) written += `\x1b[${cells + 1}G`;
  }
  return written;
}

/** Whether it is worth looking at each character. */
function isDoubtful(text: string): boolean {
  return pictures.test(text) || /[\p{M}\u1100-\u11ff]/u.test(text);
}
