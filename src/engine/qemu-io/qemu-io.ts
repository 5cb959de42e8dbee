import { PERMISSIONS } from '../../block/permissions.ts';
import { QapiError } from '../../qapi/qapi-error.ts';
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
  try {
    if (command.writes) checkWritable(target);
    return await command.run(parseWords(command, words), target);
  } catch (error) {
    if (error instanceof IoLineError) return error.message;
    if (error instanceof QapiError) return `${error.desc}\n`;
    throw error;
  }
}

/** A drive is there already, with its device's permissions; a node gets one more user. @throws QapiError when it cannot be written */
function checkWritable({ node, accounting }: IoTarget): void {
  if (accounting === undefined) node?.checkClaim({ user: 'an unnamed block device', role: 'root', needs: ['write'], shares: PERMISSIONS });
  else if (node?.readOnly) throw new QapiError('Block node is read-only');
}

function help([name]: readonly string[]): string {
  if (name === undefined) {
    const lines = [...commands.values()].sort((one, other) => (one.name < other.name ? -1 : 1)).map(usageLine).join('');
    return `${lines}\nUse 'help commandname' for extended help.\n`;
  }
  const command = commands.get(name);
  return command === undefined ? `command ${name} not found\n` : usageLine(command);
}
