import { createHmp } from '../../hmp/create-hmp.ts';
import { HmpError } from '../../hmp/hmp-error.ts';
import type { Link } from '../../qmp/link.ts';
import { InputError } from '../failure.ts';
import { asQapiError, isHmpName } from '../hmp-console.ts';
import { inputLanguage, isJsonLine } from '../input-language.ts';
import { parseKeyValues } from '../run-key-values.ts';
import type { Request } from '../run-key-values.ts';
import { parseMessage } from '../run-json.ts';
import type { Vocabulary } from '../vocabulary.ts';

/** Who is asked what names mean. */
interface FarEnd {
  readonly link: Link;
  readonly vocabulary: Vocabulary;
}

/** Finds out which QMP request a line stands for, without sending it. @throws InputError, or QapiError in QEMU's words */
export async function readRequest(line: string, { link, vocabulary }: FarEnd): Promise<Request> {
  if (isJsonLine(line)) return requestOfMessage(line);
  const [word = ''] = /^\S+/.exec(line) ?? [];
  const isHmp = await isHmpName(word);
  const language = inputLanguage(line, { isQmp: (name) => vocabulary.has(name), isHmp: () => isHmp });
  return language === 'qmp' ? parseKeyValues(line, vocabulary) : translate(line, word, { link, vocabulary });
}

function requestOfMessage(line: string): Request {
  const { execute, 'exec-oob': outOfBand, arguments: args } = parseMessage(line);
  const command = execute ?? outOfBand;
  if (typeof command !== 'string') throw new InputError("a message to rehearse names its command: {execute: 'block-stream', arguments: {...}}");
  if (args === undefined) return { command };
  if (typeof args !== 'object' || args === null || Array.isArray(args)) throw new InputError("'arguments' of a message is an object");
  return { command, args: args as Readonly<Record<string, unknown>> };
}

async function translate(line: string, word: string, { link, vocabulary }: FarEnd): Promise<Request> {
  const hmp = createHmp({
    execute: (command, args) => (command.startsWith('query-') ? link.execute(command, args) : Promise.reject(notOne(word))),
    offers: (command) => vocabulary.names.length === 0 || vocabulary.has(command),
  });
  const request = await hmp.translate(line).catch((error: unknown) => {
    throw error instanceof HmpError ? asQapiError(error) : error;
  });
  if (request === undefined) throw notOne(word);
  return request;
}

function notOne(word: string): InputError {
  return new InputError(`'${word}' is more than one command or none that changes a chain, and cannot be rehearsed`);
}
