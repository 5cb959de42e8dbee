import stringWidth from 'string-width';

let segmenter: Intl.Segmenter | undefined;

/**
 * ASCII, Latin letters, dashes, arrows, lines, blocks and Braille dots. Our own lines hold nothing else; what does not ask for
 * more than this costs neither the tables of characters nor the 30 ms that Node needs to make them.
 */
const plain = /^[\x20-\x7e\xa0-\xac\xae-\u02ff\u2010-\u2027\u2030-\u203b\u203d-\u2048\u204a-\u205e\u2190-\u2193\u2500-\u25a9\u2800-\u28ff]*$/;

/** True when every character is one code unit, one cell and one grapheme. */
export function isPlain(text: string): boolean {
  return plain.test(text);
}

/** The user-perceived characters of a text. */
export function graphemes(text: string): string[] {
  if (isPlain(text)) return text.split('');
  segmenter ??= new Intl.Segmenter();
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}

/** How many cells a text without escape sequences takes on screen. */
export function cellWidth(text: string): number {
  return isPlain(text) ? text.length : stringWidth(text);
}

/** The offset of the grapheme boundary after `at`. */
export function nextBoundary(text: string, at: number): number {
  if (at >= text.length) return text.length;
  if (isAsciiAt(text, at) && (at + 1 >= text.length || isAsciiAt(text, at + 1))) return at + 1;
  const from = text.lastIndexOf('\n', at - 1) + 1;
  const to = lineEnd(text, at);
  if (at === to) return at + 1;
  let offset = from;
  for (const grapheme of graphemes(text.slice(from, to))) {
    offset += grapheme.length;
    if (offset > at) return offset;
  }
  return to;
}

/** The offset of the grapheme boundary before `at`. */
export function previousBoundary(text: string, at: number): number {
  if (at <= 0) return 0;
  if (isAsciiAt(text, at - 1) && (at >= text.length || isAsciiAt(text, at))) return at - 1;
  const from = text.lastIndexOf('\n', at - 1) + 1;
  if (from === at) return at - 1;
  let offset = from;
  for (const grapheme of graphemes(text.slice(from, lineEnd(text, at)))) {
    if (offset + grapheme.length >= at) return offset;
    offset += grapheme.length;
  }
  return offset;
}

function lineEnd(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end < 0 ? text.length : end;
}

/** A carriage return may join a line feed into one grapheme, so it does not count. */
function isAsciiAt(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code < 0x80 && code !== 0x0d;
}
