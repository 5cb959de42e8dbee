import { IoError } from '../block/io-error.ts';
import { checkArguments } from '../qapi/check.ts';
import { QapiError } from '../qapi/qapi-error.ts';
import { commands } from './commands.ts';
import type { Command } from './define-command.ts';
import type { Engine } from './engine.ts';

/** The command with a handler. @throws QapiError CommandNotFound */
export async function findCommand(name: string): Promise<Command & Required<Pick<Command, 'run'>>> {
  const command = await commands.load(name);
  if (!command?.run) throw new QapiError(`The command ${name} has not been found`, { class: 'CommandNotFound' });
  return command as Command & Required<Pick<Command, 'run'>>;
}

/** Checks the arguments and runs the command; what comes out is a reply, or a QapiError whatever went wrong. */
export async function dispatch(command: Command, args: Readonly<Record<string, unknown>>, engine: Engine): Promise<unknown> {
  try {
    const checked = checkArguments(command.data, command.normalize?.(args) ?? args);
    return (await command.run?.(checked, engine)) ?? {};
  } catch (error) {
    throw toQapiError(error);
  }
}

/** What a client is told of an error: an unexpected one is an answer too, and never ends the engine. */
export function toQapiError(error: unknown): QapiError {
  if (error instanceof QapiError) return error;
  if (error instanceof IoError) return new QapiError(error.message, { cause: error });
  return new QapiError(error instanceof Error ? error.message : String(error), { cause: error });
}
