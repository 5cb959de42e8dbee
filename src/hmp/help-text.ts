import { commands } from './commands.ts';
import type { HmpCommand } from './define-hmp-command.ts';
import { groups, loadCommand, titleOf } from './find-command.ts';
import { tableText } from './text/table.ts';

/** Help on everything, on a group or on one command; undefined when there is no such thing. */
export async function helpText(words: readonly string[], compat: boolean): Promise<string | undefined> {
  const [first, second] = words;
  const listing = compat ? lines : table;
  if (first === undefined) return listing(await commands.loadAll(), ({ name }) => !name.includes(' '));
  if (groups.has(first)) {
    if (second === undefined) return listing(await commands.loadAll(), ({ name }) => name.startsWith(`${first} `));
    return lineOf(await loadCommand(`${first} ${second}`));
  }
  return lineOf(await loadCommand(first));
}

type IsShown = (command: HmpCommand) => boolean;

function lines(all: readonly HmpCommand[], isShown: IsShown): string {
  return all.filter(isShown).map(lineOf).join('');
}

function table(all: readonly HmpCommand[], isShown: IsShown): string {
  return tableText([{ head: 'COMMAND' }, { head: 'WHAT IT DOES' }], all.filter(isShown).map((command) => [callOf(command).replaceAll('\n', ''), command.doc]));
}

function lineOf(command: HmpCommand): string;
function lineOf(command: HmpCommand | undefined): string | undefined;
function lineOf(command: HmpCommand | undefined): string | undefined {
  if (command === undefined) return undefined;
  return `${callOf(command)} -- ${command.doc}\n`;
}

/** The command with its aliases and arguments. */
function callOf(command: HmpCommand): string {
  const group = command.name.includes(' ') ? `${command.name.slice(0, command.name.indexOf(' '))} ` : '';
  return `${group}${titleOf(command)} ${command.usage}`;
}
