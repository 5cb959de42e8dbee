import { cellWidth, nextBoundary, previousBoundary } from '../text/graphemes.ts';
import { takeCells } from '../text/fit-cells.ts';

/** Where the caret can go, from where it is. */
export type Motion =
  | 'left' | 'right' | 'word-left' | 'word-right' | 'blank-left'
  | 'line-start' | 'line-end' | 'text-start' | 'text-end' | 'up' | 'down';

const wordCharacter = /[\p{L}\p{N}_]/u;

/** The offset that a motion leads to. */
export function motionTarget(text: string, cursor: number, motion: Motion): number {
  switch (motion) {
    case 'left': return previousBoundary(text, cursor);
    case 'right': return nextBoundary(text, cursor);
    case 'word-left': return wordStart(text, cursor);
    case 'word-right': return wordEnd(text, cursor);
    case 'blank-left': return blankWordStart(text, cursor);
    case 'line-start': return text.lastIndexOf('\n', cursor - 1) + 1;
    case 'line-end': return endOfLine(text, cursor);
    case 'text-start': return 0;
    case 'text-end': return text.length;
    case 'up': return otherLine(text, cursor, -1) ?? cursor;
    case 'down': return otherLine(text, cursor, 1) ?? cursor;
  }
}

/** The offset one line up or down in the same column; undefined when there is no such line. */
export function otherLine(text: string, cursor: number, step: -1 | 1): number | undefined {
  const start = text.lastIndexOf('\n', cursor - 1) + 1;
  const end = endOfLine(text, cursor);
  if (step < 0 ? start === 0 : end === text.length) return undefined;
  const column = cellWidth(text.slice(start, cursor));
  const from = step < 0 ? text.lastIndexOf('\n', start - 2) + 1 : end + 1;
  const line = text.slice(from, endOfLine(text, from));
  return from + takeCells(line, column).length;
}

function endOfLine(text: string, cursor: number): number {
  const end = text.indexOf('\n', cursor);
  return end < 0 ? text.length : end;
}

function wordStart(text: string, cursor: number): number {
  let at = cursor;
  while (at > 0 && !isWordBefore(text, at)) at = previousBoundary(text, at);
  while (at > 0 && isWordBefore(text, at)) at = previousBoundary(text, at);
  return at;
}

function wordEnd(text: string, cursor: number): number {
  let at = cursor;
  while (at < text.length && !isWordAt(text, at)) at = nextBoundary(text, at);
  while (at < text.length && isWordAt(text, at)) at = nextBoundary(text, at);
  return at;
}

function blankWordStart(text: string, cursor: number): number {
  let at = cursor;
  while (at > 0 && /\s/.test(text[at - 1] ?? '')) at--;
  while (at > 0 && !/\s/.test(text[at - 1] ?? '')) at--;
  return at;
}

function isWordAt(text: string, at: number): boolean {
  return wordCharacter.test(String.fromCodePoint(text.codePointAt(at) ?? 0x20));
}

function isWordBefore(text: string, at: number): boolean {
  return isWordAt(text, previousBoundary(text, at));
}
