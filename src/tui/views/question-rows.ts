import type { Frame } from '../screen/frame.ts';
import type { LineEditor } from '../state/line-editor.ts';
import type { OpenQuestion } from '../state/screen-state.ts';
import { cutCells, cutStart, wrapCells } from '../text/fit-cells.ts';
import { cellWidth } from '../text/graphemes.ts';
import { printableLine } from '../text/printable.ts';
import { theme } from '../theme.ts';

const answerText = 'name> ';

/** The rows of a question in place of the prompt: what would be lost, what to type, and the answer. */
export function questionRows({ text, subject }: OpenQuestion, editor: LineEditor, { width, limit }: { width: number; limit: number }): Frame {
  const room = Math.max(1, width);
  const how = wrapCells(`Type ${printableLine(subject)} to go on; Esc leaves.`, room);
  const what = wrapCells(`! ${printableLine(text)}`, room);
  const shown = what.slice(0, Math.max(1, limit - how.length - 1));
  if (shown.length < what.length) shown[shown.length - 1] = `${cutCells(shown.at(-1) ?? '', Math.max(1, room - 2))} …`;
  const before = cutStart(editor.text.slice(0, editor.cursor), room - answerText.length - 1);
  const after = cutCells(editor.text.slice(editor.cursor), Math.max(0, room - answerText.length - cellWidth(before)));
  const rows = [...shown.map((row) => theme.bad(row)), ...how.map((row) => theme.strong(row)), `${theme.bad(answerText)}${before}${after}`];
  return { rows, caret: { row: rows.length - 1, column: answerText.length + cellWidth(before) } };
}
