import { exactInteger } from './exact-integer.ts';
import { JsonError, placeOf } from './json-error.ts';

const string = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/.source;
const number = /(-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?)/.source;
/** Blanks, then a mark, a string, a number (with its fraction and exponent) or a word. */
const token = new RegExp(`[ \\t\\n\\r]*(?:([{}[\\]:,])|(${string})|${number}|(true|false|null)\\b)`, 'y');
const blank = /[ \t\n\r]*/y;
const deepest = 1024;

/**
 * Reads strict JSON token by token: long integers stay exact and a mistake is located.
 * @throws JsonError
 */
export function parseTree(text: string): unknown {
  const reader = new Reader(text);
  const value = reader.value(0);
  reader.end();
  return value;
}

class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  value(depth: number): unknown {
    const found = this.#take();
    const [, mark, string, number, fraction, exponent, word] = found;
    if (string !== undefined) return JSON.parse(string);
    if (number !== undefined) return fraction ?? exponent ? Number(number) : exactInteger(number);
    if (word !== undefined) return JSON.parse(word);
    if (depth >= deepest) this.#fail('nested too deeply', this.#at - 1);
    if (mark === '{') return this.#object(depth + 1);
    if (mark === '[') return this.#array(depth + 1);
    return this.#fail(`unexpected '${mark}'`, this.#at - 1);
  }

  end(): void {
    const start = this.#skipBlank();
    if (start < this.#text.length) this.#fail(`unexpected ${this.#name(start)} after the value`, start);
  }

  #object(depth: number): Record<string, unknown> {
    const members: Record<string, unknown> = {};
    if (this.#accept('}')) return members;
    do {
      const start = this.#skipBlank();
      const key = this.#take()[2];
      if (key === undefined) this.#fail('expected a member name in double quotes', start);
      this.#expect(':');
      define(members, JSON.parse(key) as string, this.value(depth));
    } while (this.#accept(','));
    this.#expect('}');
    return members;
  }

  #array(depth: number): unknown[] {
    const items: unknown[] = [];
    if (this.#accept(']')) return items;
    do items.push(this.value(depth));
    while (this.#accept(','));
    this.#expect(']');
    return items;
  }

  #take(): RegExpExecArray {
    token.lastIndex = this.#at;
    const found = token.exec(this.#text);
    if (!found) {
      const start = this.#skipBlank();
      return this.#fail(`unexpected ${this.#name(start)}`, start);
    }
    this.#at = token.lastIndex;
    return found;
  }

  #accept(mark: string): boolean {
    const start = this.#skipBlank();
    if (this.#text[start] !== mark) return false;
    this.#at = start + 1;
    return true;
  }

  #expect(mark: string): void {
    const start = this.#skipBlank();
    if (!this.#accept(mark)) this.#fail(`expected '${mark}' but found ${this.#name(start)}`, start);
  }

  #skipBlank(): number {
    blank.lastIndex = this.#at;
    blank.exec(this.#text);
    return blank.lastIndex;
  }

  #name(at: number): string {
    if (at >= this.#text.length) return 'the end of the text';
    if (this.#text[at] === '"') return 'a malformed or unterminated string';
    return `'${String.fromCodePoint(this.#text.codePointAt(at)!)}'`;
  }

  #fail(problem: string, at: number): never {
    throw new JsonError(problem, placeOf(this.#text, at));
  }
}

/** A plain assignment would treat `__proto__` as the prototype. */
function define(target: Record<string, unknown>, key: string, value: unknown): void {
  if (key === '__proto__') Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
  else target[key] = value;
}
