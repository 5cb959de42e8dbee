import { tableText } from '../hmp/text/table.ts';
import type { Console, ConsoleCommand } from './console-command.ts';
import { consoleCommands } from './console-commands.ts';
import { InputError } from './failure.ts';
import type { Outcome } from './session.ts';

/** Runs a line of qmon's own. @throws InputError when there is no such command, and what the command throws */
export async function runConsole({ name, rest }: { name: string; rest: string }, console: Console): Promise<Outcome> {
  const command = await consoleCommands.load(name);
  if (command === undefined) throw new InputError(`qmon has no command '${name}' of its own; it has ${consoleCommands.names.join(', ')}`);
  return command.run(rest, console);
}

/** What `help` says of qmon's own commands, or of one of them; undefined when there is none of that name. */
export async function consoleHelp(name?: string): Promise<string | undefined> {
  if (name === undefined) return tableText([{ head: "QMON'S OWN" }, { head: 'WHAT IT DOES' }], (await consoleCommands.loadAll()).map(helpRow));
  const command = await consoleCommands.load(name);
  return command && helpRow(command).join(' -- ');
}

function helpRow({ name, usage, doc }: ConsoleCommand): string[] {
  return [`${name} ${usage}`.trimEnd(), doc];
}
