import { exactInteger } from '../util/exact-integer.ts';
import { parseReal } from '../util/real.ts';
import type { Token } from './json-lexer.ts';

/** A mistake in a message, in QEMU's words. */
export class MessageSyntaxError extends Error {
  constructor(problem: string) {
    super(`JSON parse error, ${problem}`);
    this.name = 'MessageSyntaxError';
  }
}

/**
 * The value of one message's tokens.
 * @throws MessageSyntaxError
 */
export function parseTokens(tokens: readonly Token[]): unknown {
  return new Parser(tokens).value();
}

class Parser {
  readonly #tokens: readonly Token[];
  #next = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  value(): unknown {
    const token = this.#take();
    switch (token.kind) {
      case 'integer': return exactInteger(token.text);
      case 'float': return parseReal(token.text);
      case 'keyword': return parseKeyword(token.text);
      case 'string': return parseString(token.text);
      case 'punctuation':
        if (token.text === '{') return this.#object();
        if (token.text === '[') return this.#array();
        break;
      case 'stray': break;
    }
    throw new MessageSyntaxError('expecting value');
  }

  #object(): Record<string, unknown> {
    const members = new Map<string, unknown>();
    if (this.#accept('}')) return {};
    do {
      const key = this.value();
      if (typeof key !== 'string') throw new MessageSyntaxError('key is not a string in object');
      if (!this.#accept(':')) throw new MessageSyntaxError('missing : in object pair');
      const value = this.value();
      if (members.has(key)) throw new MessageSyntaxError('duplicate key');
      members.set(key, value);
    } while (this.#accept(','));
    if (!this.#accept('}')) throw new MessageSyntaxError('expected separator in dict');
    return Object.fromEntries(members);
  }

  #array(): unknown[] {
    const items: unknown[] = [];
    if (this.#accept(']')) return items;
    do items.push(this.value());
    while (this.#accept(','));
    if (!this.#accept(']')) throw new MessageSyntaxError('expected separator in list');
    return items;
  }

  #accept(mark: string): boolean {
    const token = this.#tokens[this.#next];
    if (token?.kind !== 'punctuation' || token.text !== mark) return false;
    this.#next += 1;
    return true;
  }

  #take(): Token {
    const token = this.#tokens[this.#next];
    if (!token) throw new MessageSyntaxError('premature EOI');
    this.#next += 1;
    return token;
  }
}

function parseKeyword(word: string): boolean | null {
  if (word === 'null') return null;
  if (word === 'true' || word === 'false') return word === 'true';
  throw new MessageSyntaxError(`invalid keyword '${word}'`);
}

const escapes: Readonly<Record<string, string>> =
  { '"': '"', "'": "'", '\\': '\\', '/': '/', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };
/** A surrogate pair (12 characters), one UTF-16 unit (6), or a letter (2). */
const escaped = /\\ud[89ab][\da-f]{2}\\ud[c-f][\da-f]{2}|\\u[\da-f]{4}|\\[^]/gi;
/** What QEMU refuses to take for a character: half a pair, or a code point that Unicode reserves for none. */
const notACharacter = /[\p{Surrogate}\p{Noncharacter_Code_Point}]/u;
const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function parseString(token: string): string {
  const body = decodeUtf8(token.slice(1, -1));
  if (!body.includes('\\')) return body;
  return body.replace(escaped, (source, offset: number) => {
    if (source.length > 2) return parseUnicode(source);
    if (source === '\\u') throw wrongCharacter((body + token[0]).slice(offset, offset + 6));
    const character = escapes[source[1]!];
    if (character === undefined) throw new MessageSyntaxError('invalid escape sequence in string');
    return character;
  });
}

function parseUnicode(source: string): string {
  const units = source.split(/\\u/i).slice(1).map((digits) => parseInt(digits, 16));
  const character = String.fromCharCode(...units);
  if (notACharacter.test(character)) throw wrongCharacter(source.slice(0, 6));
  return character;
}

function wrongCharacter(source: string): MessageSyntaxError {
  return new MessageSyntaxError(`${source} is not a valid Unicode character`);
}

function decodeUtf8(bytes: string): string {
  if (!/[\x80-\xff]/.test(bytes)) return bytes;
  const text = tryDecode(bytes.replaceAll('\xc0\x80', '\0')); // modified UTF-8: C0 80 is U+0000
  if (text === undefined || notACharacter.test(text)) throw new MessageSyntaxError('invalid UTF-8 sequence in string');
  return text;
}

function tryDecode(bytes: string): string | undefined {
  try {
    return strictUtf8.decode(Buffer.from(bytes, 'latin1'));
  } catch {
    return undefined; // the decoder tells nothing but "not UTF-8"
  }
}
