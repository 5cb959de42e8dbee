import type { Member } from '../../qapi/members.ts';
import type { CommandDeclaration } from '../../qapi/schema.ts';
import { lineWords } from '../line-words.ts';
import type { LineWord } from '../line-words.ts';
import type { Vocabulary } from '../vocabulary.ts';
import type { Item } from './item.ts';
import { isOpen, memberWords, objectMembers, shapesOf, typeWords } from './members.ts';
import { nowhere } from './place.ts';
import type { Place } from './place.ts';
import { openWord, quoteWord } from './quote.ts';
import { openSlot, slotOfMember } from './slot.ts';
import { typeAt } from './type-at.ts';

/** What fits at the caret of a `command key=value` line, behind the command's name. */
export function qmpLinePlace(line: string, cursor: number, vocabulary: Vocabulary): Place {
  const command = vocabulary.command(lineWords(line)[0]?.text ?? '');
  if (command === undefined) return nowhere(cursor);
  const before = lineWords(line.slice(0, cursor));
  const last = before.at(-1);
  const current = last?.to === cursor && (last.isOpen || !/\s$/.test(line.slice(0, cursor))) ? last : undefined;
  const given = givenKeys(lineWords(line).slice(1).filter((word) => word.from !== current?.from));
  const context = { command, given, cursor };
  return current?.key === undefined ? keyPlace(context, current) : valuePlace(context, current);
}

interface Context {
  readonly command: CommandDeclaration;
  readonly given: ReadonlyMap<string, string>;
  readonly cursor: number;
}

function givenKeys(words: readonly LineWord[]): Map<string, string> {
  return new Map(words.flatMap((word) => (word.key === undefined ? [] : [[word.key, word.value ?? '']])));
}

function keyPlace(context: Context, current: LineWord | undefined): Place {
  const { command, given, cursor } = context;
  const typed = current?.text ?? '';
  const prefix = typed.slice(0, typed.lastIndexOf('.') + 1);
  const container = typeAt(command.data, prefix.slice(0, -1).split('.').filter((step) => step !== ''), given);
  const members = container === undefined ? [] : objectMembers(container, (name) => given.get(prefix + name));
  const missing = members.filter((member) => !given.has(prefix + member.name));
  const items = missing.flatMap((member) => keyItems(member, prefix));
  const required = missing.filter((member) => !member.optional && ![...given.keys()].some((key) => key.startsWith(`${prefix}${member.name}.`)));
  return {
    from: current?.from ?? cursor, to: cursor, typed, items, ...(container && isOpen(container) && { slot: openSlot(given.get('driver')) }),
    expects: required.length > 0 ? `required: ${required.map(({ name }) => prefix + name).join(', ')}` : missing.length > 0 ? 'key=value' : 'nothing more',
    insert: (item) => item.value + (item.suffix ?? '='),
  };
}

/** `file=` for a scalar or JSON, `file.` for the members of an object. */
export function keyItems(member: Member, prefix: string): Item[] {
  const shapes = shapesOf(member.type);
  const item: Item = { value: prefix + member.name, kind: 'key', detail: memberWords(member), order: member.optional ? 1 : 0 };
  const nested: Item = { ...item, value: `${item.value}.`, suffix: '' };
  if (shapes.has('object')) return shapes.has('scalar') ? [nested, item] : [nested];
  return [item];
}

function valuePlace({ command, given, cursor }: Context, current: LineWord): Place {
  const path = (current.key ?? '').split('.');
  const type = typeAt(command.data, path, given);
  const siblings = (name: string) => given.get([...path.slice(0, -1), name].join('.'));
  // A list of plain values goes on behind each comma.
  const value = current.value ?? '';
  const skipped = type !== undefined && shapesOf(type).has('list') && !shapesOf(type).has('scalar') && current.quote === undefined ? value.lastIndexOf(',') + 1 : 0;
  const typed = value.slice(skipped);
  const from = (current.valueFrom ?? cursor) + skipped;
  if (type === undefined || current.isJson) return { ...nowhere(cursor), expects: type === undefined ? `no member '${current.key}'` : typeWords(type) };
  const slot = slotOfMember({ command: command.name, path, given: siblings, action: (dotted) => given.get(dotted) }, type);
  return {
    from, to: cursor, typed, slot, expects: slot.expects,
    insert: (item) => (item.suffix === '' ? openWord(item.value, current.quote) : quoteWord(item.value, current.quote) + (item.suffix ?? ' ')),
  };
}
