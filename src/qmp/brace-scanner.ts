const [quote, backslash, colon, letterU] = [0x22, 0x5c, 0x3a, 0x75];
const [openBrace, closeBrace, openBracket, closeBracket] = [0x7b, 0x7d, 0x5b, 0x5d];
const isOrdinary = new Uint8Array(256);
for (const character of ' \t\r\n{}[]:,"+-.0123456789abcdefghijklmnopqrstuvwxyzE') isOrdinary[character.charCodeAt(0)] = 1;

/** Nothing more to look at: the message goes on in the next chunk. */
export const unfinished = -1;
/** A byte that plain JSON does not have there. */
export const odd = -2;

/** Finds the end of a JSON object by counting braces and brackets, quicker than parsing it and wherever the chunks are cut. */
export class BraceScanner {
  depth = 0;
  /** Colons outside strings: as many as there are members, unless a key comes twice. */
  colons = 0;
  readonly #limits: { readonly highest: number; readonly isPlainOnly: boolean };
  #isInString = false;
  #isEscaped = false;

  /** `plain` takes only printable ASCII without `\u` in strings: what any parser reads alike. */
  constructor(strings: 'plain' | 'any') {
    this.#limits = strings === 'plain' ? { highest: 0x7e, isPlainOnly: true } : { highest: 0xff, isPlainOnly: false };
  }

  reset(): void {
    this.depth = this.colons = 0;
    this.#isInString = this.#isEscaped = false;
  }

  /** @returns the offset after the closing brace, `unfinished` or `odd` */
  scan(bytes: Buffer, from: number): number {
    let at = this.#isInString ? this.#scanString(bytes, from) : from;
    while (at >= 0 && at < bytes.length) {
      const byte = bytes[at++]!;
      if (byte === quote) at = this.#scanString(bytes, at);
      else if (byte === colon) this.colons += 1;
      else if (byte === openBrace || byte === openBracket) this.depth += 1;
      else if (byte === closeBrace || byte === closeBracket) {
        if (--this.depth === 0) return at;
      } else if (isOrdinary[byte] === 0) return odd;
      if (this.depth <= 0) return odd;
    }
    return at < 0 ? odd : unfinished;
  }

  /** @returns the offset after the closing quote, the length of the chunk when it is not in there, or `odd` */
  #scanString(bytes: Buffer, from: number): number {
    const { highest, isPlainOnly } = this.#limits;
    let isEscaped = this.#isEscaped;
    for (let at = from; at < bytes.length; at++) {
      const byte = bytes[at]!;
      if (byte < 0x20 || byte > highest || (isEscaped && isPlainOnly && byte === letterU)) return odd;
      if (isEscaped) isEscaped = false;
      else if (byte === backslash) isEscaped = true;
      else if (byte === quote) {
        this.#isInString = this.#isEscaped = false;
        return at + 1;
      }
    }
    this.#isInString = true;
    this.#isEscaped = isEscaped;
    return bytes.length;
  }
}

/** The offset of the first byte from `start` on that is not white space. */
export function skipBlank(bytes: Buffer, start: number): number {
  let at = start;
  while (at < bytes.length && (bytes[at] === 0x0a || bytes[at] === 0x0d || bytes[at] === 0x20 || bytes[at] === 0x09)) at += 1;
  return at;
}
