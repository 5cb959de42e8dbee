/** What a scan of JSON5 text steps over: comments, strings, names, numbers, single characters. */
const piece = new RegExp([
  /\/\/[^\n\r\u2028\u2029]*|\/\*[^]*?(?:\*\/|$)/u,
  /"(?:[^"\\]|\\[^])*(?:"|$)|'(?:[^'\\]|\\[^])*(?:'|$)/u,
  /[\p{L}_$][\p{L}\p{N}_$]*/u,
  /0[xX][0-9a-fA-F]+|[\d.]+(?:[eE][+-]?\d+)?|[^]/u,
].map(({ source }) => source).join('|'), 'gu');

/** The pieces that JSON5 text is made of; joined they are the text again. */
export function json5Pieces(text: string): readonly string[] {
  return text.match(piece) ?? [];
}

/** Whether more lines could complete the text: an open brace, bracket, string or comment. */
export function isIncompleteJson(text: string): boolean {
  let depth = 0;
  for (const found of json5Pieces(text)) {
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
