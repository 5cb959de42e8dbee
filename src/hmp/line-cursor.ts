/** Why a word could not be read. */
export type WordFault = 'missing' | 'unterminated string' | `unsupported escape code: '\\${string}'`;

const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', '\\': '\\', '\'': '\'', '"': '"' };

/** A place in a line that moves on as the line is read. */
export class LineCursor {
  readonly line: string;
  position: number;

  constructor(line: string, position = 0) {
    this.line = line;
    this.position = position;
  }

  /** The character here, '' at the end. */
  get here(): string {
    return this.line[this.position] ?? '';
  }

  get rest(): string {
    return this.line.slice(this.position);
  }

  get isAtEnd(): boolean {
    return this.position >= this.line.length;
  }

  skipSpaces(): void {
    while (isSpace(this.here)) this.position++;
  }

  /** What lies before the next blank, unquoted; the cursor stays. */
  peekWord(): string {
    return /^\S*/.exec(this.rest)?.[0] ?? '';
  }

  /** A word, or a string in double quotes with its escapes resolved. */
  takeString(): { readonly text: string } | { readonly fault: WordFault } {
    this.skipSpaces();
    if (this.isAtEnd) return { fault: 'missing' };
    if (this.here === '"') return this.#takeQuoted();
    const text = this.peekWord();
    this.position += text.length;
    return { text };
  }

  #takeQuoted(): { readonly text: string } | { readonly fault: WordFault } {
    let text = '';
    for (this.position++; !this.isAtEnd; this.position++) {
      if (this.here === '"') {
        this.position++;
        return { text };
      }
      if (this.here !== '\\') {
        text += this.here;
        continue;
      }
      this.position++;
      const meant = escapes[this.here];
      if (meant === undefined) return { fault: `unsupported escape code: '\\${this.here}'` };
      text += meant;
    }
    return { fault: 'unterminated string' };
  }
}

export function isSpace(character: string): boolean {
  return character !== '' && ' \t\n\v\f\r'.includes(character);
}
