import { createRegistry } from '../util/registry.ts';
import type { Registry } from '../util/registry.ts';
import type { ConsoleCommand } from './console-command.ts';

/** Every command of qmon itself. */
export const consoleCommands: Registry<ConsoleCommand> = createRegistry<ConsoleCommand>(import.meta.glob('./commands/*.ts'), './commands/');

/** A line that begins with a colon is qmon's own, even where the far end has a command of that name. */
export const ownMark = ':';

/** The name and the arguments of a line that is written as one of qmon's own; the name may be no command. */
export function splitOwnLine(line: string): { readonly name: string; readonly rest: string; readonly isMarked: boolean } {
  const [, mark = '', name = '', rest = ''] = /^(:?)\s*(\S*)\s*([^]*)$/.exec(line) ?? [];
  return { name, rest, isMarked: mark !== '' };
}
