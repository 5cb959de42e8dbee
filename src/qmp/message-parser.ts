import { JsonLexer } from './json-lexer.ts';
import type { Token } from './json-lexer.ts';
import { MessageSyntaxError, parseTokens } from './json-parser.ts';

/** A message, or why there is none. */
export type Decoded = { readonly value: unknown } | { readonly problem: string };

const mostBytes = 64 * 1024 * 1024;
const mostTokens = 2 * 1024 * 1024;
const deepest = 1024;

/**
 * QEMU's own way to find messages in a stream of bytes, its extensions, limits, errors and recovery included:
 * a message ends when its braces and brackets balance, and after a mistake reading goes on at the next line or brace.
 */
export class MessageParser {
  readonly #lexer = new JsonLexer();
  #tokens: Token[] = [];
  #size = 0;
  #braces = 0;
  #brackets = 0;

  /** Whether the next byte may begin a message. */
  get isIdle(): boolean {
    return this.#tokens.length === 0 && this.#lexer.isIdle;
  }

  /**
   * Reads until nothing is left or, after at least one message, until the next byte may begin another.
   * @returns the offset of the first byte that was not read
   */
  feed(bytes: Buffer, offset: number, out: Decoded[]): number {
    let at = offset;
    while (at < bytes.length) {
      const before = out.length;
      at = this.#lexer.feed(bytes, at, (token) => {
        this.#process(token, out);
        return out.length === before;
      });
      if (this.#lexer.carriedLength > mostBytes) {
        this.#lexer.reset();
        this.#end({ problem: 'JSON token size limit exceeded' }, out);
      }
      if (out.length > before && this.isIdle) break;
    }
    return at;
  }

  #process(token: Token, out: Decoded[]): void {
    if (token.kind === 'stray') {
      const text = Buffer.from(token.text, 'latin1').toString('utf8').replace(/\0[^]*/, '');
      this.#end({ problem: `JSON parse error, stray '${text}'` }, out);
      return;
    }
    if (token.kind === 'punctuation') this.#count(token.text);
    const problem = this.#checkLimits(token);
    if (problem !== undefined) {
      this.#end({ problem }, out);
      return;
    }
    this.#size += token.text.length;
    this.#tokens.push(token);
    const isOpen = (this.#braces > 0 || this.#brackets > 0) && this.#braces >= 0 && this.#brackets >= 0;
    if (!isOpen) this.#end(parse(this.#tokens), out);
  }

  #count(mark: string): void {
    if (mark === '{') this.#braces += 1;
    else if (mark === '}') this.#braces -= 1;
    else if (mark === '[') this.#brackets += 1;
    else if (mark === ']') this.#brackets -= 1;
  }

  #checkLimits(token: Token): string | undefined {
    if (this.#size + token.text.length + 1 > mostBytes) return 'JSON token size limit exceeded';
    if (this.#tokens.length + 1 > mostTokens) return 'JSON token count limit exceeded';
    if (this.#braces + this.#brackets > deepest) return 'JSON nesting depth limit exceeded';
    return undefined;
  }

  #end(result: Decoded, out: Decoded[]): void {
    this.#tokens = [];
    this.#size = this.#braces = this.#brackets = 0;
    out.push(result);
  }
}

function parse(tokens: readonly Token[]): Decoded {
  try {
    return { value: parseTokens(tokens) };
  } catch (error) {
    if (error instanceof MessageSyntaxError) return { problem: error.message };
    throw error;
  }
}
