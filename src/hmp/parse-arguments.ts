import { exact, scanSize } from '../qapi/size-text.ts';
import { parseSpec } from './argument-spec.ts';
import type { Argument, ArgumentCode, NumberFormat } from './argument-spec.ts';
import { evaluateExpression, ExpressionError } from './expression.ts';
import { HmpError } from './hmp-error.ts';
import { isSpace } from './line-cursor.ts';
import type { LineCursor } from './line-cursor.ts';
import { parseOptions } from './option-string.ts';

type Values = Record<string, unknown>;
type Flag = Extract<Argument, { flag: string }>;
type Positional = Exclude<Argument, Flag>;

/** What of a command the parser needs. */
export interface ArgumentsSpec {
  /** As the errors call it: leaf name and aliases, 'stop|s'. */
  readonly title: string;
  readonly args: string;
}

/**
 * Reads the arguments behind a command's name. Accepts all that QEMU does and more: a switch may stand anywhere,
 * switches may be grouped (`-fc`) and spelled out (`--full`). A quoted word is never a switch.
 * @throws HmpError in QEMU's words
 */
export function parseArguments(cursor: LineCursor, { title, args }: ArgumentsSpec): Values {
  const spec = parseSpec(args);
  const flags = spec.filter((one): one is Flag => one.flag !== undefined);
  const values: Values = Object.fromEntries(flags.map(({ name }) => [name, false]));
  for (const argument of spec) {
    takeFlags(cursor, flags, values);
    if (argument.flag === undefined) takePositional({ cursor, title, values }, argument);
    else if (cursor.here === '-') {
      throw new HmpError('arguments', `${title}: unsupported option -${cursor.line[cursor.position + 1] ?? ''}`);
    }
  }
  takeFlags(cursor, flags, values);
  if (!cursor.isAtEnd) throw new HmpError('arguments', `${title}: extraneous characters at the end of line`);
  return values;
}

function takeFlags(cursor: LineCursor, flags: readonly Flag[], values: Values): void {
  cursor.skipSpaces();
  for (let found = flagsIn(cursor.peekWord(), flags); found !== undefined; found = flagsIn(cursor.peekWord(), flags)) {
    for (const { name } of found) values[name] = true;
    cursor.position += cursor.peekWord().length;
    cursor.skipSpaces();
  }
}

/** The switches that a word stands for; undefined when it is no such word. */
function flagsIn(word: string, flags: readonly Flag[]): Flag[] | undefined {
  if (word.startsWith('--')) {
    const long = flags.find(({ name }) => word === `--${name}`);
    return long && [long];
  }
  if (!/^-./.test(word)) return undefined;
  const found = [...word.slice(1)].map((letter) => flags.find(({ flag }) => flag === letter));
  return found.every((flag) => flag !== undefined) ? found : undefined;
}

interface At {
  readonly cursor: LineCursor;
  readonly title: string;
  readonly values: Values;
}

function takePositional(at: At, argument: Positional): void {
  const { cursor, values } = at;
  cursor.skipSpaces();
  if (argument.optional && cursor.isAtEnd) return;
  values[argument.name] = readers[argument.code](at);
}

const expected: Readonly<Record<'B' | 'F' | 's', string>> = {
  B: 'block device name expected', F: 'filename expected', s: 'string expected',
};

const readers: Readonly<Record<ArgumentCode, (at: At) => unknown>> = {
  B: (at) => takeWord(at, expected.B),
  F: (at) => takeWord(at, expected.F),
  s: (at) => takeWord(at, expected.s),
  S: takeRest,
  O: (at) => (at.cursor.isAtEnd ? {} : parseOptions(takeWord(at, expected.s), 'driver')),
  i: takeInt32,
  l: ({ cursor }) => exact(takeExpression(cursor)),
  o: takeSize,
  b: takeSwitch,
  '/': takeFormat,
};

/** QEMU tells the faults of quoting on its own terminal, the rest to the client; here both go the same way. */
function takeWord({ cursor, title }: At, otherwise: string): string {
  const taken = cursor.takeString();
  if ('text' in taken) return taken.text;
  const quoting = taken.fault === 'missing' ? '' : `${taken.fault}\n`;
  throw new HmpError('arguments', `${quoting}${title}: ${otherwise}`);
}

function takeRest({ cursor, title }: At): string {
  const { rest } = cursor;
  if (rest === '') throw new HmpError('arguments', `${title}: string expected`);
  cursor.position = cursor.line.length;
  return rest;
}

function takeInt32({ cursor, title }: At): number {
  const value = takeExpression(cursor);
  if (value >> 32n !== 0n) throw new HmpError('arguments', `'${title}' has failed: integer is for 32-bit values`);
  return Number(BigInt.asIntN(32, value));
}

function takeExpression(cursor: LineCursor): bigint {
  try {
    return evaluateExpression(cursor);
  } catch (error) {
    if (error instanceof ExpressionError) throw new HmpError('arguments', error.message);
    throw error;
  }
}

function takeSize({ cursor }: At): unknown {
  const size = scanSize(cursor.rest, 'M');
  if (size === undefined || size.bytes >= 1n << 63n) throw new HmpError('arguments', 'invalid size');
  cursor.position += size.length;
  return exact(size.bytes);
}

function takeSwitch({ cursor }: At): boolean {
  const word = cursor.peekWord();
  if (word !== 'on' && word !== 'off') throw new HmpError('arguments', 'Expected \'on\' or \'off\'');
  cursor.position += word.length;
  return word === 'on';
}

/** `/` count, format and size in any order; only the format counts here. Hexadecimal without it. */
function takeFormat({ cursor }: At): NumberFormat {
  if (cursor.here !== '/') return 'x';
  const [text] = /^\/\d*[oduxicbhwgL]*/.exec(cursor.rest)!;
  cursor.position += text.length;
  if (!cursor.isAtEnd && !isSpace(cursor.here)) throw new HmpError('arguments', `invalid char in format: '${cursor.here}'`);
  return ([...text].findLast((letter) => 'oduxic'.includes(letter)) ?? 'x') as NumberFormat;
}
