import type { HmpFacts, HmpSlot } from '../../hmp/command-facts.ts';
import type { Knowledge } from '../knowledge.ts';
import { lineWords } from '../line-words.ts';
import type { LineWord } from '../line-words.ts';
import type { Vocabulary } from '../vocabulary.ts';
import type { Item } from './item.ts';
import { objectMembers } from './members.ts';
import { narrowing } from './named-things.ts';
import { optionPlace } from './option-string.ts';
import { nowhere } from './place.ts';
import type { Place } from './place.ts';
import { openWord, quoteWord } from './quote.ts';

/** What fits at the caret of an HMP line, behind the command's first word. */
export function hmpLinePlace(line: string, cursor: number, { hmp: commands, vocabulary }: Pick<Knowledge, 'hmp' | 'vocabulary'>): Place {
  const before = lineWords(line.slice(0, cursor));
  const last = before.at(-1);
  const current = last?.to === cursor ? last : undefined;
  const settled = current === undefined ? before : before.slice(0, -1);
  const command = findCommand(settled, commands);
  if (command === undefined) return subcommandPlace({ settled, current, cursor }, commands);
  const given = settled.slice(command.name.split(' ').length);
  const flags = command.slots.filter(({ flag }) => flag !== undefined && !given.some((word) => word.text === flag));
  if (current?.text.startsWith('-')) return flagPlace(flags, current, cursor);
  const positional = command.slots.filter(({ flag }) => flag === undefined);
  if (positional[0]?.completes?.includes('command')) return namePlace({ settled: given, current, cursor }, commands);
  const slot = positional[given.filter((word) => !command.slots.some(({ flag }) => flag === word.text)).length];
  return slot === undefined ? { ...nowhere(cursor), expects: 'nothing more' } : valuePlace({ command, slot, flags, given, vocabulary }, current, cursor);
}

/** The command that the words begin with, the longest name first ('info block' before 'info'). */
function findCommand(words: readonly LineWord[], commands: readonly HmpFacts[]): HmpFacts | undefined {
  const named = (name: string) => commands.find((command) => command.name === name || command.aliases.includes(name));
  const [first, second] = words.map(({ text }) => text);
  if (first === undefined) return undefined;
  return (second === undefined ? undefined : named(`${first} ${second}`)) ?? (hasSubcommands(first, commands) ? undefined : named(first));
}

function hasSubcommands(word: string, commands: readonly HmpFacts[]): boolean {
  return commands.some(({ name }) => name.startsWith(`${word} `));
}

interface Words {
  readonly settled: readonly LineWord[];
  readonly current: LineWord | undefined;
  readonly cursor: number;
}

/** The name of a command as an argument: 'help info block'. */
function namePlace(at: Words, commands: readonly HmpFacts[]): Place {
  if (at.settled.length > 0) return subcommandPlace(at, commands);
  const words = new Map(commands.map(({ name, doc }) => (name.includes(' ') ? [name.slice(0, name.indexOf(' ')), 'show something'] : [name, doc])));
  const items = [...words].map(([value, detail]): Item => ({ value, detail, kind: 'command' }));
  return { ...range(at.current, at.cursor), items, expects: '[command]', insert: (item) => item.value };
}

function subcommandPlace(at: Words, commands: readonly HmpFacts[]): Place {
  const [group, ...more] = at.settled.map(({ text }) => text);
  if (group === undefined || more.length > 0 || !hasSubcommands(group, commands)) return nowhere(at.cursor);
  const items = commands.filter(({ name }) => name.startsWith(`${group} `))
    .map(({ name, doc }): Item => ({ value: name.slice(group.length + 1), detail: doc, kind: 'command' }));
  return { ...range(at.current, at.cursor), items, expects: `what to show`, insert: (item) => `${item.value} ` };
}

function flagPlace(flags: readonly HmpSlot[], current: LineWord, cursor: number): Place {
  return { ...range(current, cursor), items: flags.map(flagItem), expects: 'flag', insert: (item) => `${item.value} ` };
}

function flagItem({ flag, name }: HmpSlot): Item {
  return { value: flag ?? '', detail: name, kind: 'flag', order: 9 };
}

function valuePlace(
  at: { command: HmpFacts; slot: HmpSlot; flags: readonly HmpSlot[]; given: readonly LineWord[]; vocabulary: Vocabulary }, current: LineWord | undefined, cursor: number,
): Place {
  const { command, slot, flags, given, vocabulary } = at;
  if (slot.options !== undefined) {
    const text = current?.text ?? '';
    const place = optionPlace({ text, from: cursor - text.length, cursor }, slot.options, vocabulary);
    return current === undefined ? { ...place, items: [...place.items ?? [], ...flags.map((flag) => ({ ...flagItem(flag), suffix: ' ' }))] } : place;
  }
  const owner = given.find((word) => !word.text.startsWith('-'))?.text;
  const completes = slot.completes ?? [];
  const doc = docOf(slot, command, vocabulary);
  const words = [slot.expects, doc].filter((one) => one !== undefined).join(': ');
  const what = words === '' ? slot.name : `${slot.name} (${words})`;
  const expects = slot.optional ? `[${what}]` : what;
  return {
    ...range(current, cursor), expects, items: current === undefined ? flags.map(flagItem) : [],
    slot: { expects, completes, ...(slot.words && { words: slot.words }), ...(slot.goesOn && { goesOn: true }), ...(owner !== undefined && { owner }), ...narrowing(command.name, completes) },
    insert: (item) => (item.suffix === '' ? openWord(item.value, current?.quote) : `${quoteWord(item.value, hmpQuote(current))} `),
  };
}

/** What our declaration of the QMP command says of the argument of that name. */
function docOf({ name }: HmpSlot, { needs }: HmpFacts, vocabulary: Vocabulary): string | undefined {
  const data = vocabulary.command(needs[0] ?? '')?.data;
  return data && objectMembers(data).find((member) => member.name === name)?.type.doc;
}

/** HMP knows double quotes only. */
function hmpQuote(current: LineWord | undefined): '"' | undefined {
  return current?.quote === '"' ? '"' : undefined;
}

function range(current: LineWord | undefined, cursor: number): { from: number; to: number; typed: string } {
  return { from: current?.from ?? cursor, to: cursor, typed: current?.text ?? '' };
}
