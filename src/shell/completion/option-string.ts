import type { OptionCompletion } from '../../hmp/define-hmp-command.ts';
import { str } from '../../qapi/schema.ts';
import type { Vocabulary } from '../vocabulary.ts';
import type { Item } from './item.ts';
import { isOpen, objectMembers } from './members.ts';
import type { Place } from './place.ts';
import { keyItems } from './qmp-line.ts';
import { openSlot, slotOfMember } from './slot.ts';
import { typeAt } from './type-at.ts';

/** A word `key=value,key=value` as far as it is typed. */
export interface OptionWord {
  readonly text: string;
  /** Where its text begins in the line. */
  readonly from: number;
  readonly cursor: number;
}

/** What fits at the end of an option string: another key, or the value of the one before the `=`. */
export function optionPlace({ text, from, cursor }: OptionWord, options: OptionCompletion, vocabulary: Vocabulary): Place {
  const { command, first } = options;
  const parts = text.split(/(?<!,),(?!,)/);
  const last = parts.at(-1) ?? '';
  const given = new Map(parts.slice(0, -1).map((part, index) => keyAndValue(part, index === 0 ? first : undefined)));
  const start = from + text.length - last.length;
  const equals = last.indexOf('=');
  const data = vocabulary.command(command)?.data;
  const value = (key: string, typed: string, offset: number): Place => {
    const type = (data && typeAt(data, key.split('.'), given)) ?? str;
    const slot = slotOfMember({ command, path: key.split('.'), given: (name) => given.get(name) }, type);
    return {
      from: start + offset, to: cursor, typed: typed.replaceAll(',,', ','), slot, expects: slot.expects,
      insert: (item) => item.value.replaceAll(',', ',,') + (item.suffix === '' ? '' : ','),
    };
  };
  if (equals >= 0) return value(last.slice(0, equals), last.slice(equals + 1), equals + 1);
  if (parts.length === 1 && first !== undefined) return value(first, last, 0);
  const keys: Place = { from: start, to: cursor, typed: last, items: missingKeys({ data, given, options }, last), expects: 'key=value', insert: (item) => item.value + (item.suffix ?? '=') };
  const type = given.get(first ?? '');
  if (data === undefined || !isOpen(data) || type === undefined) return keys;
  return { ...keys, slot: openSlot(type) };
}

function keyAndValue(part: string, bareKey: string | undefined): [key: string, value: string] {
  const equals = part.indexOf('=');
  return equals < 0 ? [bareKey ?? part, part] : [part.slice(0, equals), part.slice(equals + 1)];
}

interface Context {
  readonly data: Parameters<typeof typeAt>[0] | undefined;
  readonly given: ReadonlyMap<string, string>;
  readonly options: OptionCompletion;
}

function missingKeys({ data, given, options }: Context, typed: string): Item[] {
  const prefix = typed.slice(0, typed.lastIndexOf('.') + 1);
  const container = data && typeAt(data, prefix.slice(0, -1).split('.').filter((step) => step !== ''), given);
  const own = prefix === '' ? options.keys ?? [] : [];
  const members = container === undefined ? [] : objectMembers(container, (name) => given.get(prefix + name));
  const items = new Map(own.map((value): [string, Item] => [value, { value, kind: 'key', detail: 'of the drive', order: 1 }]));
  for (const item of members.flatMap((member) => keyItems(member, prefix))) if (!items.has(item.value)) items.set(item.value, item);
  return [...items.values()].filter(({ value }) => !given.has(value));
}
