import { commands } from './commands.ts';
import type { HmpCommand } from './define-hmp-command.ts';
import { groups, loadCommand, titleOf } from './find-command.ts';

/** Help on everything, on a group or on one command; undefined when there is no such thing. */
export async function helpText(words: readonly string[]): Promise<string | undefined> {
  const [first, second] = words;
  if (first === undefined) return listing(await commands.loadAll(), ({ name }) => !name.includes(' '));
  if (groups.has(first)) {
    if (second === undefined) return listing(await commands.loadAll(), ({ name }) => name.startsWith(`${first} `));
    return lineOf(await loadCommand(`${first} ${second}`));
  }
  return lineOf(await loadCommand(first));
}

function listing(all: readonly HmpCommand[], isShown: (command: HmpCommand) => boolean): string {
  return all.filter(isShown).map(lineOf).join('');
}

function lineOf(command: HmpCommand): string;
function lineOf(command: HmpCommand | undefined): string | undefined;
function lineOf(command: HmpCommand | undefined): string | undefined {
  if (command === undefined) return undefined;
  const group = command.name.includes(' ') ? `${command.name.slice(0, command.name.indexOf(' '))} ` : '';
  return `${group}${titleOf(command)} ${command.usage} -- ${command.doc}\n`;
}
