import JSON5 from 'json5';
import { exactInteger } from './exact-integer.ts';
import { JsonError } from './json-error.ts';

/** What a scan of JSON5 text steps over: comments, strings, names, numbers, single characters. */
const piece = new RegExp([
  /\/\/[^\n\r\u2028\u2029]*|\/\*[^]*?(?:\*\/|$)/u,
  /"(?:[^"\\]|\\[^])*(?:"|$)|'(?:[^'\\]|\\[^])*(?:'|$)/u,
  /[\p{L}_$][\p{L}\p{N}_$]*/u,
  /0[xX][0-9a-fA-F]+|[\d.]+(?:[eE][+-]?\d+)?|[^]/u,
].map(({ source }) => source).join('|'), 'gu');
const longInteger = /^(?:\d{16,}|0[xX][0-9a-fA-F]{14,})$/;
const marker = '\u0000integer ';

/**
 * Parses JSON5; an integer beyond 2^53 becomes a bigint.
 * @throws JsonError with line and column
 */
export function parseJson5(text: string): unknown {
  const value = parse(text);
  const pieces = text.match(piece) ?? [];
  if (!pieces.some((found) => longInteger.test(found))) return value;
  return JSON5.parse(markLongIntegers(pieces), (_, member: unknown) =>
    typeof member === 'string' && member.startsWith(marker) ? exactInteger(member.slice(marker.length)) : member);
}

/** Whether more lines could complete the text: an open brace, bracket, string or comment. */
export function isIncompleteJson(text: string): boolean {
  let depth = 0;
  for (const found of text.match(piece) ?? []) {
    if (found === '{' || found === '[') depth += 1;
    else if (found === '}' || found === ']') depth -= 1;
    else if (found.startsWith('/*') && !isClosed(found, '*/')) return true;
    else if (/^["']/.test(found) && !isClosed(found, found[0]!)) return !brokenLine.test(found);
    if (depth < 0) return false;
  }
  return depth > 0;
}

/** A string goes on over the end of a line only after a backslash. */
const brokenLine = /(?<!\\)(?:\\\\)*[\n\r]./s;

function isClosed(found: string, end: string): boolean {
  return found.length >= 2 * end.length && found.endsWith(end) && !/(?<!\\)(?:\\\\)*\\$/.test(found.slice(0, -end.length));
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
