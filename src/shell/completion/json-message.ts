import { resolve } from '../../qapi/members.ts';
import type { Type } from '../../qapi/schema.ts';
import type { Vocabulary } from '../vocabulary.ts';
import type { Item } from './item.ts';
import { scanJson } from './json-scanner.ts';
import type { JsonToken } from './json-scanner.ts';
import { elementType, isOpen, memberType, memberWords, objectMembers } from './members.ts';
import { nowhere } from './place.ts';
import type { Place } from './place.ts';
import { quoteJson } from './quote.ts';
import { openSlot, slotOfMember } from './slot.ts';
import { typeAt } from './type-at.ts';

/** What fits at the caret of a raw message, which may be unfinished. */
export function jsonPlace(text: string, cursor: number, vocabulary: Vocabulary): Place {
  const { tokens, atCursor } = scanJson(text, cursor);
  if (atCursor === undefined) return nowhere(cursor);
  const [top, ...rest] = atCursor.path;
  if (atCursor.path.length === 1) return atCursor.role === 'key' ? topKey(atCursor, tokens) : topValue(atCursor, vocabulary);
  const command = tokens.find((token) => token.role === 'value' && /^(execute|exec-oob)$/.test(token.path.join('.')))?.text ?? '';
  const data = vocabulary.command(command)?.data;
  if (top !== 'arguments' || data === undefined) return nowhere(cursor);
  const given = valuesGiven(tokens.filter((token) => token.from !== atCursor.from));
  const container = typeAt(data, rest.slice(0, -1), given);
  if (container === undefined) return nowhere(cursor);
  return atCursor.role === 'key'
    ? memberKey({ container, rest, given, tokens }, atCursor)
    : memberValue({ command, container, rest, given }, atCursor);
}

type Path = readonly (string | number)[];

/** Scalars by their path below `arguments`, as dotted text. */
type Given = ReadonlyMap<string, string>;

function valuesGiven(tokens: readonly JsonToken[]): Given {
  return new Map(tokens.filter(({ role, path }) => role === 'value' && path[0] === 'arguments')
    .map(({ path, text }) => [path.slice(1).join('.'), text]));
}

const topKeys: readonly Item[] = [
  { value: 'execute', kind: 'key', detail: 'the command' },
  { value: 'arguments', kind: 'key', detail: 'its arguments', order: 1 },
  { value: 'id', kind: 'key', detail: 'comes back with the reply', order: 2 },
  { value: 'exec-oob', kind: 'key', detail: 'the command, out of band', order: 3 },
];

function topKey(token: JsonToken, tokens: readonly JsonToken[]): Place {
  const used = keysAt(tokens, [], token);
  return { ...keyPlace(token, 'execute, arguments, id'), items: topKeys.filter(({ value }) => !used.has(value)) };
}

function topValue(token: JsonToken, vocabulary: Vocabulary): Place {
  if (token.path[0] !== 'execute' && token.path[0] !== 'exec-oob') return nowhere(token.from);
  const items = vocabulary.names.map((value): Item => ({ value, kind: 'command', detail: () => vocabulary.command(value)?.doc ?? '' }));
  return { ...range(token), items, expects: 'QMP command', insert: (item) => quoteJson(item.value, token.quote) };
}

function memberKey(at: { container: Type; rest: Path; given: Given; tokens: readonly JsonToken[] }, token: JsonToken): Place {
  const above = at.rest.slice(0, -1);
  const used = keysAt(at.tokens, ['arguments', ...above], token);
  const members = objectMembers(at.container, (name) => at.given.get([...above, name].join('.'))).filter(({ name }) => !used.has(name));
  const required = members.filter(({ optional }) => !optional).map(({ name }) => name);
  return {
    ...(isOpen(at.container) && { slot: openSlot(at.given.get('driver')) }),
    ...keyPlace(token, required.length > 0 ? `required: ${required.join(', ')}` : 'member'),
    items: members.map((member): Item => ({ value: member.name, kind: 'key', detail: memberWords(member), order: member.optional ? 1 : 0 })),
  };
}

function memberValue(at: { command: string; container: Type; rest: Path; given: Given }, token: JsonToken): Place {
  const step = at.rest.at(-1);
  const siblings = (name: string) => at.given.get([...at.rest.slice(0, -1), name].join('.'));
  const type = typeof step === 'number' ? elementType(at.container) : memberType(at.container, step ?? '', siblings);
  if (type === undefined) return { ...nowhere(token.from), expects: `no member '${step}'` };
  const place = { command: at.command, path: at.rest.map(String), given: siblings, action: (dotted: string) => at.given.get(dotted) };
  const slot = slotOfMember(place, type);
  const isBoolean = slot.isBoolean === true && !hasEnum(type);
  const words = isBoolean ? ['true', 'false'] : slot.words;
  const insert = (item: Item) => (isBoolean ? item.value : quoteJson(item.value, token.quote));
  return { ...range(token), slot: { ...slot, ...(words && { words }) }, expects: slot.expects, insert };
}

function hasEnum(type: Type): boolean {
  const known = resolve(type);
  return known.kind === 'enum' || (known.kind === 'alternate' && Object.values(known.alternatives).some(hasEnum));
}

function keyPlace(token: JsonToken, expects: string): Place {
  const isBare = token.quote === undefined && token.text !== '';
  const insert = ({ value }: Item) => `${isBare && /^[a-z_]\w*$/i.test(value) ? value : quoteJson(value, token.quote)}: `;
  return { ...range(token), expects, insert };
}

function range(token: JsonToken): { from: number; to: number; typed: string } {
  return { from: token.from, to: token.to, typed: token.text };
}

/** The keys that an object has already. */
function keysAt(tokens: readonly JsonToken[], path: Path, except: JsonToken): Set<string> {
  const here = path.join('.');
  return new Set(tokens.filter((token) => token.role === 'key' && token.from !== except.from && token.path.slice(0, -1).join('.') === here)
    .map(({ text }) => text));
}
