import { isDeepStrictEqual } from 'node:util';
import { json5Pieces } from './incomplete-json.ts';
import { parseJson5 } from './json5-lossless.ts';

interface Piece {
  readonly text: string;
  readonly from: number;
  readonly depth: number;
}

/**
 * Sets one member of the object that JSON5 text holds and leaves all else as it is written, comments included.
 * @throws JsonError when the text is no JSON5, Error when it holds no object or cannot be changed without harm
 */
export function setJson5Member(text: string, name: string, value: unknown): string {
  const before = text.trim() === '' ? {} : parseJson5(text);
  if (typeof before !== 'object' || before === null || Array.isArray(before)) throw new Error('the text holds no object');
  const written = JSON.stringify(value);
  const changed = text.trim() === '' ? `{\n  ${keyText(name)}: ${written},\n}\n` : edited(text, name, written);
  if (!isDeepStrictEqual(parseJson5(changed), { ...before, [name]: value })) throw new Error(`'${name}' cannot be set in this text`);
  return changed;
}

function edited(text: string, name: string, written: string): string {
  const pieces = significant(text);
  const span = valueSpan(pieces, name);
  return span === undefined ? withNewMember(text, pieces, `${keyText(name)}: ${written},`) : text.slice(0, span.from) + written + text.slice(span.to);
}

/** The pieces that are neither blank nor comment; the depth of a bracket is that of what it stands in. */
function significant(text: string): Piece[] {
  const found: Piece[] = [];
  let from = 0;
  let depth = 0;
  for (const piece of json5Pieces(text)) {
    if (/^[}\]]$/.test(piece)) depth--;
    if (!/^(?:\s|\ufeff|\/\/|\/\*)/.test(piece)) found.push({ text: piece, from, depth });
    if (/^[{[]$/.test(piece)) depth++;
    from += piece.length;
  }
  return found;
}

/** Where the value of a member of the outermost object stands; the last one when it is given twice, for that counts. */
function valueSpan(pieces: readonly Piece[], name: string): { from: number; to: number } | undefined {
  let span: { from: number; to: number } | undefined;
  pieces.forEach((piece, index) => {
    const isKey = piece.depth === 1 && pieces[index + 1]?.text === ':' && /^[{,]$/.test(pieces[index - 1]?.text ?? '');
    if (!isKey || keyOf(piece.text) !== name) return;
    const end = pieces.findIndex((other, at) => at > index + 1 && ((other.depth === 1 && other.text === ',') || other.depth === 0));
    const first = pieces[index + 2];
    const last = pieces[end - 1];
    if (first && last) span = { from: first.from, to: last.from + last.text.length };
  });
  return span;
}

/** A line of its own before the closing brace. */
function withNewMember(text: string, pieces: readonly Piece[], member: string): string {
  const brace = pieces.findLast(({ text: one, depth }) => one === '}' && depth === 0)!;
  const last = pieces[pieces.indexOf(brace) - 1]!;
  const end = last.from + last.text.length;
  const head = text.slice(0, end) + (/^[{,]$/.test(last.text) && last.depth < 2 ? '' : ',') + text.slice(end, brace.from).trimEnd();
  return `${head}\n  ${member}\n${text.slice(brace.from)}`;
}

function keyOf(piece: string): string {
  return /^["']/.test(piece) ? String(parseJson5(piece)) : piece;
}

function keyText(name: string): string {
  return /^[a-zA-Z_$][\w$]*$/.test(name) ? name : `'${name}'`;
}
