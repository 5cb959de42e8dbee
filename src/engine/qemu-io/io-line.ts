/** What qemu-io prints instead of doing what a line says. */
export class IoLineError extends Error {}

/** A line taken apart as getopt does: flags anywhere, values attached or in the next word. */
export interface IoArguments {
  /** Flag letter -> its value, '' for a plain flag. */
  readonly flags: ReadonlyMap<string, string>;
  readonly words: readonly string[];
}

/** How a command's line is read. */
export interface IoSyntax {
  readonly name: string;
  readonly usage: string;
  /** getopt's notation: a letter for each flag, a colon after those with a value. */
  readonly flags: string;
  /** How many words the line may have after the command, flags included; qemu-io counts before it looks for flags. */
  readonly words: readonly [least: number, most: number];
  readonly doc: string;
}

/** `read [-abCqv] ... off len -- what it does` */
export function usageLine({ name, usage, doc }: IoSyntax): string {
  return `${name}${usage === '' ? ' ' : ` ${usage}`} -- ${doc}\n`;
}

/** @throws IoLineError in qemu-io's words */
export function parseWords(syntax: IoSyntax, given: readonly string[]): IoArguments {
  const [least, most] = syntax.words;
  if (given.length < least || given.length > most) {
    const expected = most === Infinity ? `at least ${least} arguments`
      : least === most ? `${least} arguments` : `between ${least} and ${most} arguments`;
    throw new IoLineError(`bad argument count ${given.length} to ${syntax.name}, expected ${expected}\n`);
  }
  const flags = new Map<string, string>();
  const words: string[] = [];
  const rest = [...given];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (/^-./.test(word)) takeFlags(syntax, word, { flags, rest });
    else words.push(word);
  }
  return { flags, words };
}

function takeFlags(syntax: IoSyntax, word: string, into: { flags: Map<string, string>; rest: string[] }): void {
  for (let at = 1; at < word.length; at++) {
    const letter = word[at]!;
    const place = syntax.flags.indexOf(letter);
    if (place < 0 || letter === ':') throw new IoLineError(`${syntax.name}: invalid option -- '${letter}'\n${usageLine(syntax)}`);
    if (syntax.flags[place + 1] !== ':') {
      into.flags.set(letter, '');
      continue;
    }
    const value = word.slice(at + 1) || into.rest.shift();
    if (value === undefined) throw new IoLineError(`${syntax.name}: option requires an argument -- '${letter}'\n${usageLine(syntax)}`);
    into.flags.set(letter, value);
    return;
  }
}
