import { findBranch, listMembers, resolve } from '../qapi/members.ts';
import { KeyValueError, nestKeys } from '../qapi/nest-keys.ts';
import { QapiError } from '../qapi/qapi-error.ts';
import type { Type } from '../qapi/schema.ts';

const KEY = /^(?:[A-Za-z][-A-Za-z0-9_]*|\d+)(?:\.(?:[A-Za-z][-A-Za-z0-9_]*|\d+))*$/;
const SWITCHES: Readonly<Record<string, boolean>> = { on: true, yes: true, true: true, y: true, off: false, no: false, false: false, n: false };

/**
 * Reads `key=value,key.member=value` for a type: the first value may come without its key, each other key needs one,
 * and two commas are one that belongs to the value.
 * @throws QapiError in QEMU's words
 */
export function parseKeyValues(text: string, firstKey: string, type: Type): Record<string, unknown> {
  const pairs: [string, string][] = [];
  let rest = text;
  while (rest !== '') {
    const [whole, head, isValued] = /^([^=,]*)(=)?/.exec(rest)!;
    if (isValued === undefined && pairs.length === 0 && head !== '') {
      const [taken, value] = takeValue(rest);
      pairs.push([firstKey, value]);
      rest = rest.slice(taken);
      continue;
    }
    if (!KEY.test(head!)) throw refused(`Invalid parameter '${head}'`);
    if (isValued === undefined) throw refused(`Expected '=' after parameter '${head}'`);
    const [taken, value] = takeValue(rest.slice(whole.length));
    pairs.push([head!, value]);
    rest = rest.slice(whole.length + taken);
  }
  return typed(type, nested(pairs), '') as Record<string, unknown>;
}

function nested(pairs: readonly [string, string][]): Record<string, unknown> {
  try {
    return nestKeys(Object.entries(Object.fromEntries(pairs)));
  } catch (error) {
    if (error instanceof KeyValueError) throw refused(`Parameters '${error.key}.*' used inconsistently`);
    throw error;
  }
}

/** The length of the value with the comma that ends it, and the value. */
function takeValue(text: string): [length: number, value: string] {
  const [value] = /^(?:,,|[^,])*/.exec(text)!;
  return [value.length + (value.length < text.length ? 1 : 0), value.replaceAll(',,', ',')];
}

/** Numbers and switches are made of their texts; what the type does not know is left for the command to judge. */
function typed(type: Type, value: unknown, key: string): unknown {
  const resolved = resolve(type);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return Object.fromEntries(Object.entries(value).map(([name, member]) => {
      const path = key === '' ? name : `${key}.${name}`;
      const known = memberType(resolved, name, value as Record<string, unknown>);
      return [name, known === undefined ? member : typed(known, member, path)];
    }));
  }
  if (typeof value !== 'string' || resolved.kind !== 'builtin') return value;
  if (resolved.name === 'int') return integer(value, key);
  return resolved.name === 'bool' ? onOrOff(value, key) : value;
}

function memberType(type: ReturnType<typeof resolve>, name: string, given: Readonly<Record<string, unknown>>): Type | undefined {
  if (type.kind !== 'struct' && type.kind !== 'union') return undefined;
  const found = listMembers(type.kind === 'struct' ? type.members : type.base).find((member) => member.name === name)?.type;
  if (found !== undefined || type.kind === 'struct') return found;
  const branch = findBranch(type, given[type.discriminator]);
  return branch && memberType(resolve(branch), name, given);
}

function integer(text: string, key: string): number | bigint {
  if (!/^[-+]?(?:0x[0-9a-f]+|\d+)$/i.test(text)) throw refused(`Parameter '${key}' expects integer`);
  const magnitude = BigInt(text.replace(/^[-+]/, ''));
  const value = text.startsWith('-') ? -magnitude : magnitude;
  return Number.isSafeInteger(Number(value)) ? Number(value) : value;
}

function onOrOff(text: string, key: string): boolean {
  const value = Object.hasOwn(SWITCHES, text) ? SWITCHES[text] : undefined;
  if (value === undefined) throw refused(`Parameter '${key}' expects 'on' or 'off'`);
  return value;
}

const refused = (text: string) => new QapiError(text);
