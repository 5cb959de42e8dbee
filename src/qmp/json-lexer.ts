/** `punctuation` is one of `{}[]:,`; `stray` is text that no token can be. */
export type TokenKind = 'punctuation' | 'integer' | 'float' | 'keyword' | 'string' | 'stray';

/** A token's text is bytes as Latin-1 characters: UTF-8 is decoded by the parser, string by string. */
export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
}

/**
 * The states of QEMU's JSON grammar (docs/interop/qmp-spec: strings in either quotes, names made of small letters).
 * `skip` follows a mistake until something from which a new message may start.
 */
const states = ['start', 'skip', 'blank', 'double', 'doubleEscape', 'single', 'singleEscape', 'minus', 'zero', 'digits',
  'point', 'fraction', 'exponent', 'exponentSign', 'exponentDigits', 'word'] as const;
type State = (typeof states)[number];

type Outcome = State | Exclude<TokenKind, 'stray'>;
/** From a state, on bytes: what comes of it. `before` ends the token before the byte, which is then looked at again. */
type Rule = readonly [from: State, bytes: string, outcome: Outcome, before?: 'before'];

const any = '\\x00-\\xff';
const inString = '\\x20-\\xfd';
const rules: readonly Rule[] = [
  ['start', ' \\t\\r\\n', 'blank'], ['start', '"', 'double'], ['start', "'", 'single'],
  ['start', '-', 'minus'], ['start', '0', 'zero'], ['start', '1-9', 'digits'],
  ['start', 'a-z', 'word'], ['start', '{}[\\]:,', 'punctuation'],
  ['skip', '\\t\\x20-\\xfd', 'skip'], ['skip', '\\x00-\\x08\\x0a-\\x1f{}[\\]:,\\xfe\\xff', 'start', 'before'],
  ['blank', any, 'start', 'before'], ['blank', ' \\t\\r\\n', 'blank'],
  ['double', inString, 'double'], ['double', '\\\\', 'doubleEscape'], ['double', '"', 'string'],
  ['doubleEscape', inString, 'double'],
  ['single', inString, 'single'], ['single', '\\\\', 'singleEscape'], ['single', "'", 'string'],
  ['singleEscape', inString, 'single'],
  ['minus', '0', 'zero'], ['minus', '1-9', 'digits'],
  ['zero', '\\x00-/:-\\xff', 'integer', 'before'], ['zero', '.', 'point'],
  ['digits', any, 'integer', 'before'], ['digits', '0-9', 'digits'], ['digits', '.', 'point'], ['digits', 'eE', 'exponent'],
  ['point', '0-9', 'fraction'],
  ['fraction', any, 'float', 'before'], ['fraction', '0-9', 'fraction'], ['fraction', 'eE', 'exponent'],
  ['exponent', '+\\-', 'exponentSign'], ['exponent', '0-9', 'exponentDigits'], ['exponentSign', '0-9', 'exponentDigits'],
  ['exponentDigits', any, 'float', 'before'], ['exponentDigits', '0-9', 'exponentDigits'],
  ['word', any, 'keyword', 'before'], ['word', 'a-z', 'word'],
];

const kinds = ['punctuation', 'integer', 'float', 'keyword', 'string'] as const;
const isBefore = 0x80;
const isToken = 0x40;
const stray = 0x7f;
const [start, skip, blank] = [0, 1, 2];
const table = buildTable();

/** One byte per state and input byte: the next state, or a token's kind with `isToken`. Later rules win. */
function buildTable(): Uint8Array {
  const cells = new Uint8Array(states.length * 256).fill(stray);
  for (const [from, bytes, outcome, before] of rules) {
    const matches = new RegExp(`[${bytes}]`);
    const state = states.indexOf(outcome as State);
    const cell = state >= 0 ? state : isToken | kinds.indexOf(outcome as (typeof kinds)[number]);
    for (let byte = 0; byte < 256; byte++) {
      if (matches.test(String.fromCharCode(byte))) cells[states.indexOf(from) * 256 + byte] = cell | (before ? isBefore : 0);
    }
  }
  return cells;
}

/** Cuts bytes into tokens as QEMU does, wherever the chunks are cut. */
export class JsonLexer {
  #state = start;
  /** The beginning of a token that an earlier chunk ended in. */
  #carried = '';

  /** Whether no token is open. */
  get isIdle(): boolean {
    return this.#state === start || this.#state === blank;
  }

  /** The length of the token that is open. */
  get carriedLength(): number {
    return this.#carried.length;
  }

  /** Forgets the open token. */
  reset(): void {
    this.#state = start;
    this.#carried = '';
  }

  /**
   * Gives the tokens of `bytes` from `offset` on to `onToken` until it returns false.
   * @returns the offset of the first byte that was not looked at
   */
  feed(bytes: Buffer, offset: number, onToken: (token: Token) => boolean): number {
    let from = offset;
    for (let at = offset; at < bytes.length;) {
      const cell = table[this.#state * 256 + bytes[at]!]!;
      const isEarly = (cell & isBefore) !== 0;
      const outcome = cell & ~isBefore;
      if (!isEarly) at += 1;
      if (outcome < isToken && !isEarly) {
        this.#state = outcome;
        continue;
      }
      const text = this.#take(bytes, from, at);
      from = at;
      this.#state = outcome === stray ? skip : start;
      if (outcome >= isToken && !onToken({ kind: kindOf(outcome), text })) return at;
    }
    if (this.#state !== blank && this.#state !== skip) this.#carried += bytes.toString('latin1', from, bytes.length);
    return bytes.length;
  }

  #take(bytes: Buffer, from: number, to: number): string {
    const text = this.#carried + bytes.toString('latin1', from, to);
    this.#carried = '';
    return text;
  }
}

function kindOf(outcome: number): TokenKind {
  return outcome === stray ? 'stray' : kinds[outcome & ~isToken]!;
}
