/** What a painter puts on screen: rows that fit the width, and where the caret stands in them. */
export interface Frame {
  readonly rows: readonly string[];
  readonly caret: { readonly row: number; readonly column: number };
}

/** The part of a terminal that painters need. */
export interface Terminal {
  readonly columns: number;
  readonly rows: number;
  write(text: string): unknown;
}

/** A terminal that does not know its size, as on a serial line, counts as 80x24. */
export function sized(terminal: Terminal): Terminal {
  return {
    get columns() { return terminal.columns || 80; },
    get rows() { return terminal.rows || 24; },
    write: (text) => terminal.write(text),
  };
}

const begin = '\x1b[?2026h';
const end = '\x1b[?2026l';

/** Marks output as one update, so that terminals that know the mark show it at once. */
export function synchronized(output: string): string {
  return begin + output + end;
}

/** Moves the cursor between rows, up or down. */
export function moveRows(from: number, to: number): string {
  if (from === to) return '';
  return to < from ? `\x1b[${from - to}A` : `\x1b[${to - from}B`;
}

/** Puts the cursor into a column, counted from 0. */
export function toColumn(column: number): string {
  return column === 0 ? '\r' : `\x1b[${column + 1}G`;
}

export const hideCursor = '\x1b[?25l';
export const showCursor = '\x1b[?25h';
