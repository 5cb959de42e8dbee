import { cellWidth, graphemes, isPlain } from './graphemes.ts';

/** The longest head of a plain text that fits into `width` cells, without a mark. */
export function takeCells(text: string, width: number): string {
  if (isPlain(text)) return text.slice(0, Math.max(0, width));
  let taken = '';
  let cells = 0;
  for (const grapheme of graphemes(text)) {
    cells += cellWidth(grapheme);
    if (cells > width) break;
    taken += grapheme;
  }
  return taken;
}

/** Cuts a plain text to `width` cells; what is cut at its end becomes '…'. */
export function cutCells(text: string, width: number): string {
  if (cellWidth(text) <= width) return text;
  return width <= 0 ? '' : `${takeCells(text, width - 1)}…`;
}

/** Cuts a plain text to `width` cells; what is cut at its beginning becomes '…': the end of a file name says most. */
export function cutStart(text: string, width: number): string {
  if (cellWidth(text) <= width) return text;
  if (width <= 0) return '';
  let tail = '';
  let cells = 1;
  for (const grapheme of graphemes(text).reverse()) {
    cells += cellWidth(grapheme);
    if (cells > width) break;
    tail = grapheme + tail;
  }
  return `…${tail}`;
}

/** Fills a plain text with spaces up to `width` cells. */
export function padCells(text: string, width: number, align: 'left' | 'right' = 'left'): string {
  const fill = ' '.repeat(Math.max(0, width - cellWidth(text)));
  return align === 'left' ? text + fill : fill + text;
}

/** Splits a plain line into rows of at most `width` cells; an empty line is one row. */
export function wrapCells(line: string, width: number): string[] {
  if (line.length === 0) return [''];
  const rows: string[] = [];
  if (isPlain(line)) {
    for (let at = 0; at < line.length; at += width) rows.push(line.slice(at, at + width));
    return rows;
  }
  let row = '';
  let cells = 0;
  for (const grapheme of graphemes(line)) {
    const needed = cellWidth(grapheme);
    if (cells + needed > width && row !== '') {
      rows.push(row);
      row = '';
      cells = 0;
    }
    row += grapheme;
    cells += needed;
  }
  return [...rows, row];
}
