import { coerce, nestKeys } from '../qapi/dotted-keys.ts';
import { any } from '../qapi/schema.ts';
import { JsonError } from '../util/json-error.ts';
import { parseJson5 } from '../util/json5-lossless.ts';
import { InputError } from './failure.ts';
import { lineWords } from './line-words.ts';
import type { LineWord } from './line-words.ts';
import type { Vocabulary } from './vocabulary.ts';

/** A QMP command and its typed arguments; none for a bare name. */
export interface Request {
  readonly command: string;
  readonly args?: Readonly<Record<string, unknown>>;
}

/**
 * Understands `command key=value ...`: nests dotted keys and gives the values the types that the far end's schema says.
 * Without a schema, what reads as JSON is JSON and the rest is text.
 * @throws InputError that names the word and what to write instead
 */
export function parseKeyValues(line: string, vocabulary: Vocabulary | undefined): Request {
  const [first, ...rest] = lineWords(line);
  const command = first?.text ?? '';
  if (rest.length === 0) return { command };
  const pairs = rest.map((word) => [keyOf(word, command), valueOf(word)] as const);
  const declaration = vocabulary?.command(command);
  try {
    return { command, args: coerce(declaration?.data ?? any, nestKeys(pairs)) as Record<string, unknown> };
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'KeyValueError') throw error;
    throw new InputError(error.message, { cause: error });
  }
}

function keyOf(word: LineWord, command: string): string {
  if (word.isOpen) {
    throw new InputError(`column ${word.from + 1}: ${word.isJson ? 'a bracket' : 'a quote'} in ${word.raw} is not closed`);
  }
  if (word.key !== undefined) return word.key;
  throw new InputError(`column ${word.from + 1}: '${word.text}' has no '='; ${command} takes key=value arguments (TAB shows them)`);
}

function valueOf(word: LineWord): unknown {
  const text = word.value ?? '';
  if (!word.isJson) return text;
  try {
    return parseJson5(text);
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    throw new InputError(`the value of '${word.key}' is not JSON: ${error.message}`, { cause: error });
  }
}
