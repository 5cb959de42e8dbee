import { theme } from '../theme.ts';

type Paint = (text: string) => string;

/** A part of a text and how it is painted (UTF-16 offsets); parts come in order and do not overlap. */
export interface PaintedPart {
  readonly from: number;
  readonly to: number;
  readonly paint: Paint;
}

/** Nobody reads the colours of more, and a key must not wait for them. */
const longest = 20_000;

const jsonPiece = /"(?:[^"\\\n]|\\.)*"?|'(?:[^'\\\n]|\\.)*'?|[\p{L}_$][\p{L}\p{N}_$-]*|-?[\d.][\w.+]*/gu;

/** The parts of JSON or JSON5: names of members, texts, numbers, true, false and null. */
export function jsonParts(text: string): PaintedPart[] {
  if (text.length > longest) return [];
  return [...text.matchAll(jsonPiece)].map(({ 0: found, index: from }) => {
    const to = from + found.length;
    const isName = /^\s*:/.test(text.slice(to, to + 40));
    return { from, to, paint: isName ? theme.accent : /^["']/.test(found) ? theme.good : theme.warn };
  });
}

/**
 * The parts of a line of words: the command, bold when it is known and red when it is not (the line below says so too),
 * then switches, keys and quoted words.
 */
export function wordParts(text: string, knows: (name: string) => boolean | undefined): PaintedPart[] {
  if (text.length > longest) return [];
  const [, blanks = '', name = ''] = /^(\s*)(\S*)/.exec(text) ?? [];
  const from = blanks.length;
  const isWhole = text.length > from + name.length;
  const known = knows(name);
  const command = known === true ? theme.strong : known === false && isWhole ? theme.bad : undefined;
  const rest = [...text.slice(from + name.length).matchAll(wordPiece)].flatMap(({ 0: found, index, groups = {} }): PaintedPart[] => {
    const start = from + name.length + index;
    const skipped = groups.gap?.length ?? 0;
    const paint = groups.quoted === undefined ? theme.accent : theme.good;
    return [{ from: start + skipped, to: start + found.length, paint }];
  });
  return [...(command && name !== '' ? [{ from, to: from + name.length, paint: command }] : []), ...rest];
}

const wordPiece = /(?<gap>\s)(?:-{1,2}[A-Za-z][\w-]*(?=\s|$)|[A-Za-z][\w.-]*=)|(?<quoted>"(?:[^"\\]|\\.)*"?|(?<=[\s=])'[^']*'?)/g;

/** Paints the parts of one row, which is the text from `offset` on. */
export function paintRow(row: string, offset: number, parts: readonly PaintedPart[]): string {
  let painted = '';
  let at = 0;
  for (const { from, to, paint } of parts) {
    const [start, end] = [Math.max(at, from - offset), Math.min(row.length, to - offset)];
    if (end <= start) continue;
    painted += row.slice(at, start) + paint(row.slice(start, end));
    at = end;
  }
  return painted + row.slice(at);
}
