import { codePointKey, controlKey, letterKeys, numberKeys, rxvtArrows, withAlt, withModifiers } from './key-tables.ts';

/** How much of the input a sequence takes and the key it is; no key means it is swallowed. */
export interface Sequence {
  readonly length: number;
  readonly key?: string;
  /** A character sent as a sequence with no modifier that matters. */
  readonly text?: string;
  /** What the terminal answers to a question, between the sequence's introducer and its end: an OSC, or its attributes (`?62;c`). */
  readonly reply?: string;
}

const csi = /\x1b\[([0-?]*)([ -/]*)([@-~])/y;
const partialCsi = /\x1b\[[0-?]*[ -/]*$/y;
const string = /\x1b[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)/y;
const partialString = /\x1b[\]PX^_][^\x07\x1b]*\x1b?$/y;

/**
 * Reads the escape sequence at `at`, where an ESC stands.
 * @returns undefined when more input is needed to tell
 */
export function readEscape(input: string, at: number): Sequence | undefined {
  const next = input[at + 1];
  if (next === undefined) return undefined;
  if (next === '[') return readCsi(input, at);
  if (next === 'O') return readSs3(input, at);
  if (next === '\x1b') return readDoubleEscape(input, at);
  if (']PX^_'.includes(next) && isString(input, at)) return readString(input, at);
  const code = input.codePointAt(at + 1) ?? 0;
  const name = code < 0x20 || code === 0x7f ? controlKey(code) : String.fromCodePoint(code);
  return { length: 1 + String.fromCodePoint(code).length, key: withAlt(name) };
}

/** ESC before another sequence is Alt with that key; before anything else it is a lone Escape. */
function readDoubleEscape(input: string, at: number): Sequence | undefined {
  const third = input[at + 2];
  if (third === undefined) return undefined;
  if (third !== '[' && third !== 'O') return { length: 1, key: 'escape' };
  const inner = readEscape(input, at + 1);
  return inner && { length: inner.length + 1, ...(inner.key === undefined ? {} : { key: withAlt(inner.key) }) };
}

/** Alt+] and its like share their bytes with string sequences; those have a digit or a letter next. */
function isString(input: string, at: number): boolean {
  return input.length > at + 2 && /[0-9a-zA-Z>?+$!|=;]/.test(input[at + 2] ?? '');
}

function readString(input: string, at: number): Sequence | undefined {
  string.lastIndex = at;
  const found = string.exec(input);
  if (found) return { length: found[0].length, ...(input[at + 1] === ']' && { reply: found[0].slice(2).replace(/(\x07|\x1b\\)$/, '') }) };
  partialString.lastIndex = at;
  return partialString.test(input) ? undefined : { length: 2 };
}

function readSs3(input: string, at: number): Sequence | undefined {
  const found = /^O(\d*)([ -~]?)/.exec(input.slice(at + 1, at + 6));
  const [all = '', modifier = '', letter = ''] = found ?? [];
  if (letter === '') return undefined;
  const rxvt = rxvtArrows[letter];
  if (rxvt !== undefined) return { length: 1 + all.length, key: `ctrl+${rxvt}` };
  const name = letterKeys[letter];
  if (name === undefined) return { length: 1 + all.length };
  return name.length === 1 ? { length: 1 + all.length, text: name } : { length: 1 + all.length, key: withModifiers(name, Number(modifier)) };
}

function readCsi(input: string, at: number): Sequence | undefined {
  const linux = /^\[\[([A-E])/.exec(input.slice(at + 1, at + 4));
  if (linux) return { length: 4, key: `f${(linux[1] ?? 'A').charCodeAt(0) - 0x40}` };
  if (input.startsWith('\x1b[[', at) && input.length === at + 3) return undefined;
  csi.lastIndex = at;
  const found = csi.exec(input);
  if (found === null) {
    partialCsi.lastIndex = at;
    return partialCsi.test(input) ? undefined : { length: 2 };
  }
  const [all, parameters = '', intermediate = '', final = ''] = found;
  if (final === 'M' && parameters === '') return input.length >= at + 6 ? { length: 6 } : undefined;
  if (final === 'c' && parameters.startsWith('?')) return { length: all.length, reply: `${parameters}c` };
  return { length: all.length, ...(intermediate === '' && /^[0-9;:]*$/.test(parameters) ? csiKey(parameters, final) : {}) };
}

function csiKey(parameters: string, final: string): { key?: string; text?: string } {
  const numbers = parameters.split(';').map((part) => Number.parseInt(part, 10));
  const [first = 0, second = 1, third = 0] = numbers.map((value) => (Number.isNaN(value) ? 0 : value));
  if (final === 'u') return character(first, second);
  if (final === '~' && first === 27) return character(third, second);
  if (final === '~' || final === '^' || final === '@') return named(numberKeys[first], final === '~' ? second : final === '^' ? 5 : 6);
  const rxvt = rxvtArrows[final];
  if (rxvt !== undefined) return { key: `shift+${rxvt}` };
  // `ESC [ row ; column R` is an answer about the cursor, not F3.
  if (final === 'R' && first > 1) return {};
  return final === 'M' ? {} : named(letterKeys[final], second);
}

function named(name: string | undefined, modifiers: number): { key?: string } {
  return name === undefined || name.length === 1 ? {} : { key: withModifiers(name, modifiers) };
}

/** Shift alone makes another character, which the terminal has already chosen. */
function character(code: number, modifiers: number): { key?: string; text?: string } {
  const name = codePointKey(code, modifiers);
  if (name === undefined) return {};
  return modifiers <= 2 && code > 0x20 && code !== 0x7f ? { text: String.fromCodePoint(code) } : { key: name };
}
