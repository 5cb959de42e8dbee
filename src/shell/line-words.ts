/** A word of a prompt line, with its place (UTF-16 offsets). */
export interface LineWord {
  readonly from: number;
  readonly to: number;
  /** As it stands in the line. */
  readonly raw: string;
  /** Without its quotes and escapes. */
  readonly text: string;
  /** Where the value of `key=value` begins, relative to the line; absent when the word has no unquoted `=`. */
  readonly valueFrom?: number;
  readonly key?: string;
  readonly value?: string;
  /** The quote that the value (or the word) begins with. */
  readonly quote?: '"' | '\'';
  /** The value is JSON: it begins with a bracket. */
  readonly isJson: boolean;
  /** The line ended inside a quote or a bracket. */
  readonly isOpen: boolean;
}

/**
 * Splits a line into words as qmp-shell does, plus double quotes: blanks separate; `'...'` is literal, `"..."` knows
 * backslash escapes; a value that begins with `{` or `[` runs to its closing bracket, blanks and quotes included.
 */
export function lineWords(line: string): LineWord[] {
  const words: LineWord[] = [];
  let at = 0;
  for (;;) {
    while (at < line.length && isBlank(line[at])) at++;
    if (at >= line.length) return words;
    const word = readWord(line, at);
    words.push(word);
    at = word.to;
  }
}

function readWord(line: string, from: number): LineWord {
  const equals = /^[^\s="'{[]+=/.exec(line.slice(from, from + 200))?.[0].length;
  const partFrom = from + (equals ?? 0);
  const part = line[partFrom] === '{' || line[partFrom] === '[' ? readBrackets(line, partFrom) : readQuoted(line, partFrom);
  const first = line[partFrom];
  const key = equals === undefined ? undefined : line.slice(from, partFrom - 1);
  return {
    from, to: part.to, raw: line.slice(from, part.to), text: (key === undefined ? '' : `${key}=`) + part.text,
    isJson: part.isJson === true, isOpen: part.isOpen,
    ...(key !== undefined && { key, value: part.text, valueFrom: partFrom }),
    ...((first === '"' || first === '\'') && { quote: first }),
  };
}

interface Part {
  readonly to: number;
  readonly text: string;
  readonly isOpen: boolean;
  readonly isJson?: boolean;
}

function readQuoted(line: string, from: number): Part {
  let text = '';
  let at = from;
  while (at < line.length && !isBlank(line[at])) {
    const quote = line[at];
    if (quote !== '"' && quote !== '\'') {
      text += quote;
      at++;
      continue;
    }
    const end = quoteEnd(line, at);
    text += unescape(line.slice(at + 1, end), quote);
    if (end >= line.length) return { to: line.length, text, isOpen: true };
    at = end + 1;
  }
  return { to: at, text, isOpen: false };
}

/** Up to the bracket that closes the first one; brackets inside strings do not count. */
function readBrackets(line: string, from: number): Part {
  let depth = 0;
  let at = from;
  while (at < line.length) {
    const character = line[at];
    if (character === '"' || character === '\'') at = quoteEnd(line, at);
    else if (character === '{' || character === '[') depth++;
    else if (character === '}' || character === ']') depth--;
    at++;
    if (depth === 0) break;
  }
  const end = Math.min(at, line.length);
  return { to: end, text: line.slice(from, end), isOpen: depth > 0, isJson: true };
}

/** The index of the quote that closes the one at `from`, or the line's length. */
function quoteEnd(line: string, from: number): number {
  const quote = line[from];
  for (let at = from + 1; at < line.length; at++) {
    if (line[at] === '\\' && quote === '"') at++;
    else if (line[at] === quote) return at;
  }
  return line.length;
}

const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };

function unescape(text: string, quote: string): string {
  return quote === '\'' ? text : text.replace(/\\(.)/g, (_, letter: string) => escapes[letter] ?? letter);
}

function isBlank(character: string | undefined): boolean {
  return character === ' ' || character === '\t' || character === '\n' || character === '\r';
}
