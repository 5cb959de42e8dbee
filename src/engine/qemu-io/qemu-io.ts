import { debugCommands } from './debug-commands.ts';
import type { IoCommand } from './io-command.ts';
import { IoLineError, parseWords, usageLine } from './io-line.ts';
import type { IoTarget } from './io-target.ts';
import { otherCommands } from './other-commands.ts';
import { readCommands } from './read-commands.ts';
import { writeCommands } from './write-commands.ts';

const commands: ReadonlyMap<string, IoCommand> = new Map(
  [...readCommands, ...writeCommands, ...otherCommands, ...debugCommands].map((command) => [command.name, command]));

/**
 * Runs one line of the qemu-io language and resolves with what qemu-io would print.
 * Output of aio requests comes out before that of the next line that finds them done; `aio_flush` waits for it.
 */
export async function runQemuIo(target: IoTarget, line: string): Promise<string> {
  const [name, ...words] = line.split(' ').filter((word) => word !== '');
  const own = name === undefined ? '' : await run(target, name, words);
  return target.aio.takeOutput() + own;
}

async function run(target: IoTarget, name: string, words: readonly string[]): Promise<string> {
  if (name === 'help') return help(words);
  const command = commands.get(name);
  if (command === undefined) return `command "${name}" not found\n`;
  if (command.writes && target.node?.readOnly) return 'Block node is read-only\n';
  try {
    return await command.run(parseWords(command, words), target);
  } catch (error) {
    if (error instanceof IoLineError) return error.message;
    throw error;
  }
}

function help([name]: readonly string[]): string {
  if (name === undefined) {
    const lines = [...commands.values()].sort((one, other) => (one.name < other.name ? -1 : 1)).map(usageLine).join('');
    return `${lines}\nUse 'help commandname' for extended help.\n`;
  }
  const command = commands.get(name);
  return command === undefined ? `command ${name} not found\n` : usageLine(command);
}
