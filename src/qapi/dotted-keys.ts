import { parseJson } from '../util/lossless-json.ts';
import { findBranch, listMembers, resolve } from './members.ts';
import type { ResolvedType } from './members.ts';
import { KeyValueError } from './nest-keys.ts';
import type { Alternate, Builtin, Enum, List, Struct, Type, Union } from './schema.ts';
import { parseSize } from './size-text.ts';

export { KeyValueError, nestKeys } from './nest-keys.ts';

/**
 * Gives the texts of a nested `key=value` object the types that the schema says.
 * Integers may be sizes (`10M`, `1.5G`, `0x200`); switches are on/off, true/false or yes/no; an object or list may also be JSON.
 * Values that are not text and members that the type does not have are left for the far end to judge.
 * @throws KeyValueError naming the key
 */
export function coerce(type: Type, value: unknown, key = ''): unknown {
  const resolved = resolve(type);
  if (typeof value === 'string') return coerceText(resolved, value, key);
  if (Array.isArray(value)) return resolved.kind === 'list' ? coerceList(resolved, value, key) : refuseGroup(resolved, value, key);
  if (isObject(value)) return coerceGroup(resolved, value, key);
  return value;
}

function coerceText(type: ResolvedType, text: string, key: string): unknown {
  switch (type.kind) {
    case 'builtin': return coerceBuiltin(type, text, key);
    case 'enum': return coerceEnum(type, text, key);
    case 'alternate': return coerceAlternate(type, text, key);
    case 'list': return /^\s*\[/.test(text) ? coerce(type, json(text, key), key) : coerceList(type, text === '' ? [] : text.split(','), key);
    case 'struct':
    case 'union':
      if (/^\s*\{/.test(text)) return coerce(type, json(text, key), key);
      throw new KeyValueError(key, `'${key}' is a group: give its members as ${key}.NAME=VALUE, or as JSON`);
  }
}

function coerceGroup(type: ResolvedType, value: Readonly<Record<string, unknown>>, key: string): unknown {
  if (type.kind === 'struct' || type.kind === 'union') return coerceMembers(type, value, key);
  if (type.kind === 'alternate') {
    const group = Object.values(type.alternatives).map(resolve).find(isGroup);
    if (group !== undefined) return coerceGroup(group, value, key);
  }
  return refuseGroup(type, value, key);
}

function refuseGroup(type: ResolvedType, value: unknown, key: string): unknown {
  if (type.kind === 'builtin' && type.name === 'any') return Array.isArray(value) ? value.map(guess) : mapValues(value as object, guess);
  throw new KeyValueError(key, `'${key}' is ${expectation(type)}, it has no members`);
}

function isGroup(type: ResolvedType): boolean {
  return type.kind === 'struct' || type.kind === 'union';
}

function coerceMembers(type: Struct<unknown> | Union<unknown>, value: Readonly<Record<string, unknown>>, key: string) {
  const types = memberTypes(type, value);
  return Object.fromEntries(Object.entries(value).map(([name, one]) => {
    const member = types.get(name);
    return [name, member === undefined ? guess(one) : coerce(member, one, key === '' ? name : `${key}.${name}`)];
  }));
}

function memberTypes(type: Struct<unknown> | Union<unknown>, value: Readonly<Record<string, unknown>>): Map<string, Type> {
  const members = type.kind === 'struct' ? type.members : type.base;
  const types = new Map(listMembers(members).map((member) => [member.name, member.type]));
  const branch = type.kind === 'union' ? findBranch(type, value[type.discriminator]) : undefined;
  return branch === undefined ? types : new Map([...types, ...memberTypes(branch, value)]);
}

function coerceList(type: List<unknown>, values: readonly unknown[], key: string): unknown[] {
  return values.map((value, index) => coerce(type.of, value, `${key}.${index}`));
}

function coerceEnum(type: Enum, text: string, key: string): string {
  if (type.values.includes(text)) return text;
  throw new KeyValueError(key, `'${key}' cannot be '${text}': it is ${expectation(type)}`);
}

const switches: Readonly<Record<string, boolean>> = { on: true, true: true, yes: true, y: true, off: false, false: false, no: false, n: false };

function coerceBuiltin(type: Builtin<unknown>, text: string, key: string): unknown {
  const value = readBuiltin(type, text);
  if (value !== undefined) return value;
  throw new KeyValueError(key, `'${key}' cannot be '${text}': it is ${expectation(type)}`);
}

/** Undefined when the text is no such value. */
function readBuiltin(type: Builtin<unknown>, text: string): unknown {
  switch (type.name) {
    case 'str': return text;
    case 'bool': return Object.hasOwn(switches, text) ? switches[text] : undefined;
    case 'number': return text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : undefined;
    case 'null': return text === 'null' || text === '' ? null : undefined;
    case 'any': return guess(text);
    default: return parseSize(text);
  }
}

/** Text goes to the first alternative that can be meant by it, a plain string last. */
function coerceAlternate(type: Alternate<unknown>, text: string, key: string): unknown {
  const alternatives = Object.values(type.alternatives).map(resolve);
  for (const one of alternatives) {
    if (one.kind === 'enum' && one.values.includes(text)) return text;
    if (one.kind === 'builtin' && one.name !== 'str' && one.name !== 'null') {
      const value = readBuiltin(one, text);
      if (value !== undefined) return value;
    }
    if (isGroup(one) && /^\s*\{/.test(text)) return coerce(one, json(text, key), key);
  }
  if (alternatives.some((one) => one.kind === 'builtin' && one.name === 'str')) return text;
  const last = alternatives.find((one) => one.kind === 'enum') ?? alternatives[0];
  return last === undefined ? text : coerceText(last, text, key);
}

/** Without a schema: what reads as JSON is JSON, on and off are switches, the rest is text. */
function guess(value: unknown): unknown {
  if (isObject(value)) return mapValues(value, guess);
  if (Array.isArray(value)) return value.map(guess);
  if (typeof value !== 'string') return value;
  if (value === 'on' || value === 'off') return value === 'on';
  if (!/^\s*(?:[[{"]|-?\d|true\s*$|false\s*$|null\s*$)/.test(value)) return value;
  try {
    return parseJson(value);
  } catch {
    return value;
  }
}

function json(text: string, key: string): unknown {
  try {
    return parseJson(text);
  } catch (error) {
    throw new KeyValueError(key, `'${key}' is not valid JSON: ${(error as Error).message}`);
  }
}

function expectation(type: ResolvedType): string {
  switch (type.kind) {
    case 'enum': return `one of ${type.values.join(', ')}`;
    case 'list': return 'a list';
    case 'builtin': return builtinExpectations[type.name] ?? 'an integer';
    case 'struct':
    case 'union': return 'a group';
    case 'alternate': return Object.values(type.alternatives).map((one) => expectation(resolve(one))).join(' or ');
  }
}

const builtinExpectations: Readonly<Record<string, string>> = {
  str: 'text', bool: 'on or off', number: 'a number', null: 'null', any: 'any value',
};

function mapValues(value: object, change: (one: unknown) => unknown): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, change(one)]));
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
