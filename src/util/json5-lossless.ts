import JSON5 from 'json5';
import { exactInteger } from './exact-integer.ts';
import { json5Pieces } from './incomplete-json.ts';
import { JsonError } from './json-error.ts';

const longInteger = /^(?:\d{16,}|0[xX][0-9a-fA-F]{14,})$/;
const marker = '\u0000integer ';

/**
 * Parses JSON5; an integer beyond 2^53 becomes a bigint.
 * @throws JsonError with line and column
 */
export function parseJson5(text: string): unknown {
  const value = parse(text);
  const pieces = json5Pieces(text);
  if (!pieces.some((found) => longInteger.test(found))) return value;
  return JSON5.parse(markLongIntegers(pieces), (_, member: unknown) =>
    typeof member === 'string' && member.startsWith(marker) ? exactInteger(member.slice(marker.length)) : member);
}

/** A sign before the integer is folded into the marker, since a string cannot be negated. */
function markLongIntegers(pieces: readonly string[]): string {
  const out: string[] = [];
  for (const found of pieces) {
    const isLong = longInteger.test(found);
    const sign = isLong && /^[+-]$/.test(out.at(-1) ?? '') ? out.pop()! : '';
    out.push(isLong ? JSON.stringify(marker + sign + found) : found);
  }
  return out.join('');
}

function parse(text: string): unknown {
  try {
    return JSON5.parse(text);
  } catch (error) {
    const { lineNumber, columnNumber, message } = error as Error & { lineNumber?: number; columnNumber?: number };
    if (lineNumber === undefined || columnNumber === undefined) throw error;
    const problem = message.replace(/^JSON5: /, '').replace(/ at \d+:\d+$/, '');
    throw new JsonError(problem, { line: lineNumber, column: columnNumber });
  }
}
