import { anchored } from '../text/anchored.ts';
import { isPlain } from '../text/graphemes.ts';
import { cutStyled, plainText, wrappedExtent } from '../text/styled-text.ts';
import { hideCursor, moveRows, showCursor, synchronized, toColumn } from './frame.ts';
import type { Frame, Terminal } from './frame.ts';
import { columnMove, rowChange } from './row-change.ts';

/** Output up to this length is one update anyway. */
const unmarkedBytes = 40;

/** How the terminal treats what is on screen when its width shrinks. */
export interface ReflowHabit {
  /** It wraps rows that have become too long. */
  readonly wrapsRows: boolean;
  /** It does so with the row of the cursor as well. */
  readonly wrapsCursorRow: boolean;
}

/**
 * Paints a live block below the output of the terminal's own scrollback. Printed lines push the block down; the block's
 * last row never moves up: when the block gets smaller, its top rows stay blank until printed lines fill them.
 */
export class InlinePainter {
  readonly #terminal: Terminal;
  readonly #habit: ReflowHabit;
  /** What is on screen: the blank rows left by a bigger block, then the block. */
  #have: readonly string[];
  #caret = { row: 0, column: 0 };
  #columns: number;
  /** True when what is on screen is not known to be `#have`. */
  #isStale = true;
  /** Where the cursor is after the last changes. */
  #cursor = { row: 0, column: 0 };

  /** `skeleton` is what stands on the cursor's line and above it already. */
  constructor(terminal: Terminal, habit: ReflowHabit, skeleton = '') {
    this.#terminal = terminal;
    this.#habit = habit;
    this.#columns = terminal.columns;
    this.#have = skeleton.split('\n');
    this.#caret = { row: this.#have.length - 1, column: wrappedExtent(this.#have.at(-1) ?? '', this.#columns).lastCells };
  }

  /** Prints lines above the block and shows the frame as the block. */
  paint(frame: Frame, printed: readonly string[] = []): void {
    const width = this.#terminal.columns - 1;
    const rows = frame.rows.slice(-Math.max(1, this.#terminal.rows - 1)).map((row) => cutStyled(row, width));
    const cut = frame.rows.length - rows.length;
    const blank = this.#isStale ? 0 : Math.max(0, this.#have.length - rows.length - this.#rowsOf(printed));
    const want = [...Array<string>(blank).fill(''), ...rows];
    const caret = { row: Math.max(0, frame.caret.row - cut) + blank, column: Math.min(frame.caret.column, width) };
    const mustRewrite = this.#isStale || printed.length > 0 || want.length !== this.#have.length;
    const output = mustRewrite ? this.#rewrite(want, printed) : this.#changes(want);
    const moved = caret.row !== this.#caret.row || caret.column !== this.#caret.column;
    if (output === '' && !moved) return;
    this.#have = want;
    this.#caret = caret;
    this.#isStale = false;
    const back = mustRewrite ? moveRows(want.length - 1, caret.row) + toColumn(caret.column) + showCursor : this.#moveTo(caret);
    const written = output + back;
    // What a slow line takes at once needs no marks around it.
    this.#terminal.write(written.length <= unmarkedBytes ? written : synchronized(written));
  }

  #rewrite(want: readonly string[], printed: readonly string[]): string {
    const columns = this.#terminal.columns;
    const lines = printed.map((line) => printedLine(line, columns)).join('') + want.map((row) => `${anchored(row)}\x1b[K`).join('\r\n') + '\x1b[J';
    return `${hideCursor}${moveRows(this.#caret.row, 0)}\r${this.#isStale ? erasingBelow(lines) : lines}`;
  }

  #changes(want: readonly string[]): string {
    let output = '';
    this.#cursor = this.#caret;
    want.forEach((row, index) => {
      const have = this.#have[index] ?? '';
      if (row === have) return;
      const { column, text, end } = rowChange(have, row);
      output += this.#moveTo({ row: index, column }) + text;
      this.#cursor = { row: index, column: end };
    });
    return output;
  }

  #moveTo(place: { row: number; column: number }): string {
    return moveRows(this.#cursor.row, place.row) + columnMove(this.#cursor.column, place.column);
  }

  /** Terminal rows that printed lines take; more than the block has does not matter. */
  #rowsOf(printed: readonly string[]): number {
    if (printed.length >= this.#have.length) return printed.length;
    return printed.reduce((sum, line) => sum + wrappedExtent(line, this.#terminal.columns).rows, 0);
  }

  /** Tells that the terminal has another size: works out how far above the cursor the block begins now. */
  resized(): void {
    const columns = this.#terminal.columns;
    const isNarrower = columns < this.#columns;
    const rowsOf = (row: string) => (isNarrower && this.#habit.wrapsRows ? wrappedExtent(row, columns).rows : 1);
    const above = this.#have.slice(0, this.#caret.row).reduce((sum, row) => sum + rowsOf(row), 0);
    const within = isNarrower && this.#habit.wrapsCursorRow ? Math.floor(this.#caret.column / columns) : 0;
    this.#caret = { row: above + within, column: this.#caret.column };
    this.#columns = columns;
    this.#isStale = true;
  }

  /** Forgets the block: the next paint begins on the cursor's line. */
  restart(): void {
    this.#have = [];
    this.#caret = { row: 0, column: 0 };
    this.#columns = this.#terminal.columns;
    this.#isStale = true;
  }

  /** Takes the block away and leaves the cursor at the beginning of its first used row. */
  remove(): void {
    const first = Math.max(0, this.#have.findIndex((row) => plainText(row) !== ''));
    const others = this.#have.length - first > 1 ? '\x1b[B\x1b[J\x1b[A' : '';
    this.#terminal.write(synchronized(`${moveRows(this.#caret.row, first)}\r\x1b[K${others}${showCursor}`));
    this.restart();
  }
}

/**
 * After a resize the rows below may be wrapped ones; only erasing them makes them rows of their own again.
 * Never from the first row on: erasing the whole screen makes tmux keep it in its scrollback.
 */
function erasingBelow(lines: string): string {
  return `\x1b[K${lines.replace('\r\n', '\r\n\x1b[J')}`;
}

/** One line for the scrollback; the terminal itself wraps it, so that it can unwrap it after a resize. */
function printedLine(line: string, columns: number): string {
  if (line.length < columns && isPlain(line)) return `${line}\x1b[K\r\n`;
  const { rows, lastCells } = wrappedExtent(line, columns);
  if (rows === 1 && lastCells < columns) return `${anchored(line)}\x1b[K\r\n`;
  // Erasing behind a full row would take its last character; erasing first makes sure no cell keeps old contents.
  const isFull = lastCells >= columns;
  return `${rows > 1 ? '\x1b[J' : ''}${line}${isFull ? '' : '\x1b[K'}\r\n`;
}
