import { cellWidth, graphemes, isPlain } from './graphemes.ts';

/** Select-graphic-rendition sequences, the only escapes that our own lines hold. */
const style = /\x1b\[[0-9;:]*m/g;
const reset = '\x1b[0m';

/** The text of a line without its colours. */
export function plainText(line: string): string {
  return line.includes('\x1b') ? line.replace(style, '') : line;
}

/** How many cells a coloured line takes. */
export function styledWidth(line: string): number {
  return cellWidth(plainText(line));
}

/** Cuts a coloured line to `width` cells; colours end where the line ends. */
export function cutStyled(line: string, width: number): string {
  if (line.length <= width || styledWidth(line) <= width) return line;
  return wrapStyled(line, width, 1)[0] ?? '';
}

/** Splits a coloured line into at most `limit` rows of `width` cells; each row carries its own colours. */
export function wrapStyled(line: string, width: number, limit = Number.POSITIVE_INFINITY): string[] {
  if (line.length <= width || styledWidth(line) <= width) return [line];
  const rows: string[] = [];
  let row = '';
  let cells = 0;
  let active = '';
  for (const part of styledParts(line)) {
    if (part.isStyle) {
      active = part.text === reset || part.text === '\x1b[m' ? '' : active + part.text;
      row += part.text;
      continue;
    }
    const needed = cellWidth(part.text);
    if (cells + needed > width && cells > 0) {
      rows.push(active === '' ? row : row + reset);
      if (rows.length >= limit) return rows;
      row = active;
      cells = 0;
    }
    row += part.text;
    cells += needed;
  }
  return [...rows, row];
}

/** How many terminal rows a line takes when the terminal wraps it, and how full the last one is. */
export function wrappedExtent(line: string, columns: number): { rows: number; lastCells: number } {
  const text = plainText(line);
  if (text.length === 0) return { rows: 1, lastCells: 0 };
  if (isPlain(text)) {
    const rows = Math.ceil(text.length / columns);
    return { rows, lastCells: text.length - (rows - 1) * columns };
  }
  let rows = 1;
  let cells = 0;
  for (const grapheme of graphemes(text)) {
    const needed = cellWidth(grapheme);
    if (cells + needed > columns) {
      rows++;
      cells = 0;
    }
    cells += needed;
  }
  return { rows, lastCells: cells };
}

/** The characters of a coloured line and the colours between them. */
export function* styledParts(line: string): Generator<{ text: string; isStyle: boolean }> {
  let at = 0;
  for (const found of line.matchAll(style)) {
    for (const text of graphemes(line.slice(at, found.index))) yield { text, isStyle: false };
    yield { text: found[0], isStyle: true };
    at = found.index + found[0].length;
  }
  for (const text of graphemes(line.slice(at))) yield { text, isStyle: false };
}
