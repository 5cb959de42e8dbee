import { commands } from './commands.ts';
import type { HmpCommand } from './define-hmp-command.ts';
import { LineCursor } from './line-cursor.ts';

/** What a line begins with. */
export interface FoundCommand {
  /** Undefined when no command of ours has that name. */
  readonly command: HmpCommand | undefined;
  /** The name as it was typed. */
  readonly typed: string;
  /** Stands behind the name. */
  readonly cursor: LineCursor;
}

/** Groups are names with commands of two words: 'info'. */
export const groups: ReadonlySet<string> = new Set(
  commands.names.filter((name) => name.includes(' ')).map((name) => name.slice(0, name.indexOf(' '))));

/** Finds the command of a line: exact names only, upper and lower case differ, a name ends at a blank or a slash. */
export async function findCommand(line: string): Promise<FoundCommand> {
  const cursor = new LineCursor(line);
  cursor.skipSpaces();
  const start = cursor.position;
  const first = takeName(cursor);
  const afterFirst = cursor.position;
  if (groups.has(first)) {
    cursor.skipSpaces();
    const second = cursor.isAtEnd ? undefined : takeName(cursor);
    if (second !== undefined) return { command: await loadCommand(`${first} ${second}`), typed: typedName(line, start, cursor), cursor };
    cursor.position = afterFirst;
  }
  return { command: await loadCommand(first), typed: first, cursor };
}

/** By name or alias. */
export async function loadCommand(name: string): Promise<HmpCommand | undefined> {
  if (commands.has(name)) return commands.load(name);
  return name === '' ? undefined : (await commands.loadAll()).find(({ aliases }) => aliases.includes(name));
}

/** As QEMU writes it in errors and in help: the last word, aliases behind it ('stop|s'). */
export function titleOf({ name, aliases }: HmpCommand): string {
  return [name.slice(name.lastIndexOf(' ') + 1), ...aliases].join('|');
}

function takeName(cursor: LineCursor): string {
  const [name] = /^[^\s/]*/.exec(cursor.rest) ?? [''];
  cursor.position += name.length;
  return name;
}

function typedName(line: string, start: number, cursor: LineCursor): string {
  return line.slice(start, cursor.position).replace(/\s+$/, '');
}
