import { searchMatch, searchText } from '../../shell/history-search.ts';
import type { HistorySearch } from '../../shell/history-search.ts';
import { maskSecrets, withoutSecrets } from '../../shell/secrets.ts';
import { isJsonLine } from '../../shell/input-language.ts';
import type { Frame } from '../screen/frame.ts';
import { questionRows } from './question-rows.ts';
import type { ScreenState } from '../state/screen-state.ts';
import { cutCells, padCells, wrapCells } from '../text/fit-cells.ts';
import { cellWidth } from '../text/graphemes.ts';
import { jsonParts, paintRow, wordParts } from '../text/highlight.ts';
import { theme } from '../theme.ts';

/** What stands before the line; continuation lines are indented as far. */
export const promptText = 'qmon> ';
const continuation = '  ... ';
const margin = promptText.length;

/** The rows of the prompt: the line being typed, or the search through older lines, at most `limit` rows around the caret. */
export function promptRows(state: ScreenState, view: PromptView, history: readonly string[]): Frame {
  if (state.question) return questionRows(state.question, state.editor, view);
  if (state.search) return searchRows(state.search, view, history);
  const { text, cursor } = state.editor;
  const frame = editorRows(maskSecrets(text), cursor, view);
  if (frame.rows.length > view.limit) return cutRows(frame, view.limit);
  if (cursor !== text.length) return frame;
  return withHints(frame, [...ghostHint(state.ghost), ...(state.expects === undefined ? [] : [` ‹${state.expects}›`])], view.width);
}

/** How much room there is, and whether a word is known as a command. */
export interface PromptView {
  readonly width: number;
  readonly limit: number;
  readonly knows?: (name: string) => boolean | undefined;
}

/** A line as it is repeated in the output once it was entered, without the secrets in it. */
export function echoLines(text: string): string[] {
  return withoutSecrets(text).split('\n').map((line, index) => theme.dim(index === 0 ? promptText : continuation) + theme.strong(line));
}

/** Rows of the whole text with the caret's place; a caret behind a full row stands on a row of its own. */
function editorRows(text: string, cursor: number, { width, knows = () => undefined }: PromptView): Frame {
  const room = Math.max(1, width - margin);
  const rows: string[] = [];
  let caret = { row: 0, column: margin };
  const parts = isJsonLine(text) ? jsonParts(text) : wordParts(text, knows);
  let start = 0;
  for (const [index, line] of text.split('\n').entries()) {
    const inLine = cursor - start;
    if (inLine >= 0 && inLine <= line.length) caret = caretAt(line.slice(0, inLine), room, rows.length);
    const wrapped = wrapCells(line, room);
    const prefix = index === 0 ? theme.accent(promptText) : theme.dim(continuation);
    let offset = start;
    wrapped.forEach((row, part) => {
      rows.push((part === 0 ? prefix : ' '.repeat(margin)) + paintRow(row, offset, parts));
      offset += row.length;
    });
    start += line.length + 1;
  }
  if (caret.row === rows.length) rows.push('');
  return { rows, caret };
}

function caretAt(before: string, room: number, firstRow: number): { row: number; column: number } {
  const rows = wrapCells(before, room);
  const cells = cellWidth(rows.at(-1) ?? '');
  if (cells < room) return { row: firstRow + rows.length - 1, column: margin + cells };
  return { row: firstRow + rows.length, column: margin };
}

/** A window of rows around the caret; its edges say how many rows are out of sight. */
function cutRows({ rows, caret }: Frame, limit: number): Frame {
  const first = Math.min(Math.max(0, caret.row - Math.floor(limit / 2)), rows.length - limit);
  const shown = rows.slice(first, first + limit);
  const below = rows.length - first - limit;
  if (first > 0 && caret.row !== first) shown[0] = theme.dim(`${padCells(`  ↑${first}`, margin)}more rows above`);
  if (below > 0 && caret.row !== first + limit - 1) shown[limit - 1] = theme.dim(`${padCells(`  ↓${below}`, margin)}more rows below`);
  return { rows: shown, caret: { row: caret.row - first, column: caret.column } };
}

/** Says behind the caret what an older line goes on with and what is expected there, as far as there is room. */
function withHints(frame: Frame, hints: readonly string[], width: number): Frame {
  const room = width - frame.caret.column;
  if (hints.length === 0 || room < 8 || frame.caret.row !== frame.rows.length - 1) return frame;
  return { rows: [...frame.rows.slice(0, -1), (frame.rows.at(-1) ?? '') + theme.dim(cutCells(hints.join(''), room))], caret: frame.caret };
}

/** Where nothing is dim, brackets tell it from what is typed. */
function ghostHint(ghost: string | undefined): string[] {
  if (ghost === undefined) return [];
  return theme.dim('x') === 'x' ? [`[${ghost}]`] : [ghost];
}

function searchRows(search: HistorySearch, view: { width: number }, history: readonly string[]): Frame {
  const prefix = `${search.found ? 'search' : 'no such line'}: ${search.query}`;
  const line = search.query === '' ? '' : searchText(history, search).replaceAll('\n', ' ');
  const match = searchMatch(history, search);
  const room = Math.max(0, view.width - cellWidth(prefix) - 3);
  const shown = cutCells(line, room);
  const marked = match === undefined || match.end > shown.length ? shown
    : shown.slice(0, match.start) + theme.match(shown.slice(match.start, match.end)) + shown.slice(match.end);
  const label = (search.found ? theme.accent : theme.warn)(`${search.found ? 'search' : 'no such line'}:`);
  return { rows: [`${label} ${search.query}${line === '' ? '' : `   ${marked}`}`], caret: { row: 0, column: cellWidth(prefix) } };
}
