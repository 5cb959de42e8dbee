import type { Link } from '../qmp/link.ts';
import { JsonError } from '../util/json-error.ts';
import { parseJson5 } from '../util/json5-lossless.ts';
import { InputError } from './failure.ts';
import { answered } from './print-reply.ts';
import type { Outcome } from './session.ts';

/**
 * Sends a raw message as it was typed and shows the reply.
 * @throws InputError when the text is no message; LinkError
 */
export async function runJson(text: string, link: Link): Promise<Outcome> {
  return answered(await link.request(parseMessage(text)));
}

/** The command that a raw message asks for, for deciding what to refresh; undefined when there is none. */
export function commandOfJson(text: string): string | undefined {
  return /["']?(?:execute|exec-oob)["']?\s*:\s*["']([\w-]+)["']/.exec(text)?.[1];
}

/** Understands a raw message. @throws InputError when the text is none */
export function parseMessage(text: string): Readonly<Record<string, unknown>> {
  const message = parsed(text);
  if (typeof message === 'object' && message !== null && !Array.isArray(message)) return message as Record<string, unknown>;
  throw new InputError("a QMP message is an object, such as {execute: 'query-block'}");
}

function parsed(text: string): unknown {
  try {
    return parseJson5(text);
  } catch (error) {
    if (error instanceof JsonError) throw new InputError(`not JSON: ${error.message}`, { cause: error });
    throw error;
  }
}
