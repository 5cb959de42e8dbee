import { Real } from '../util/real.ts';
import { findBranch, listMembers, resolve } from './members.ts';
import type { Member } from './members.ts';
import { QapiError } from './qapi-error.ts';
import type { Alternate, Builtin, Enum, Struct, Type, Union } from './schema.ts';

type Record_ = Readonly<Record<string, unknown>>;

/** Why a value does not fit; `path` grows on the way out, so that nothing is allocated while all is well. */
interface Fault {
  /** QEMU names most places by their full path, some by the member alone ('null' for a list's element). */
  readonly describe: (path: string, leaf: string) => string;
  path: string;
  leaf: string | undefined;
}

type Checked = Fault | undefined;

/**
 * Checks a command's arguments as QEMU does and returns them, unchanged.
 * The first fault counts: members in the order of their declaration, depth first, unexpected ones last.
 * Stricter than QEMU in one thing: a negative number is not an unsigned one, where QEMU adds 2^64 to it (the QAPI documents
 * that "write-threshold" must not be negative, and a size of nearly 2^64 is never what was meant).
 * @throws QapiError in QEMU's words
 */
export function checkArguments<T>(type: Struct<T> | Union<T>, value: unknown): T {
  if (!isObject(value)) throw new QapiError('QMP input member \'arguments\' must be an object');
  const fault = checkObject(type, value);
  if (fault !== undefined) throw new QapiError(describe(fault));
  return value as T;
}

/** Checks a single value; `name` is what the error calls it. @throws QapiError in QEMU's words */
export function checkValue<T>(type: Type<T>, value: unknown, name: string): T {
  const fault = check(type, value);
  if (fault !== undefined) throw new QapiError(describe(within(fault, name)));
  return value as T;
}

function describe(fault: Fault): string {
  return fault.describe(fault.path, fault.leaf ?? 'null');
}

function check(type: Type, value: unknown): Checked {
  const resolved = resolve(type);
  switch (resolved.kind) {
    case 'builtin': return checkBuiltin(resolved, value);
    case 'enum': return checkEnum(resolved, value);
    case 'list': return checkList(resolved.of, value);
    case 'alternate': return checkAlternate(resolved, value);
    case 'struct':
    case 'union': return isObject(value) ? checkObject(resolved, value) : wrongType('object');
  }
}

function checkObject(type: Struct<unknown> | Union<unknown>, value: Record_): Checked {
  return checkMembers(type, value) ?? checkUnexpected(type, value);
}

function checkMembers(type: Struct<unknown> | Union<unknown>, value: Record_): Checked {
  const members = listMembers(type.kind === 'struct' ? type.members : type.base);
  for (const member of members) {
    const fault = checkMember(member, value[member.name]);
    if (fault !== undefined) return within(fault, member.name);
  }
  if (type.kind === 'struct') return undefined;
  const branch = findBranch(type, value[type.discriminator]);
  return branch === undefined ? undefined : checkMembers(branch, value);
}

function checkMember(member: Member, value: unknown): Checked {
  if (value !== undefined) return check(member.type, value);
  return member.optional ? undefined : fault((path) => `Parameter '${path}' is missing`);
}

function checkUnexpected(type: Struct<unknown> | Union<unknown>, value: Record_): Checked {
  if (type.kind === 'struct' && type.isOpen) return undefined;
  for (const name in value) {
    if (value[name] !== undefined && !hasMember(type, value, name)) {
      return within(fault((path) => `Parameter '${path}' is unexpected`), name);
    }
  }
  return undefined;
}

function hasMember(type: Struct<unknown> | Union<unknown>, value: Record_, name: string): boolean {
  if (name.startsWith('*')) return false;
  const members = type.kind === 'struct' ? type.members : type.base;
  if (Object.hasOwn(members, name) || Object.hasOwn(members, `*${name}`)) return true;
  if (type.kind === 'struct') return false;
  const branch = findBranch(type, value[type.discriminator]);
  return branch !== undefined && hasMember(branch, value, name);
}

function checkList(of: Type, value: unknown): Checked {
  if (!Array.isArray(value)) return wrongType('array');
  for (let index = 0; index < value.length; index++) {
    const fault = check(of, value[index]);
    if (fault !== undefined) return withinElement(fault, index);
  }
  return undefined;
}

function checkEnum(type: Enum, value: unknown): Checked {
  if (typeof value !== 'string') return wrongType('string');
  if (type.values.includes(value)) return undefined;
  return fault((_path, leaf) => `Parameter '${leaf}' does not accept value '${value}'`);
}

function checkAlternate(type: Alternate<unknown>, value: unknown): Checked {
  for (const alternative of Object.values(type.alternatives)) {
    if (hasJsonTypeOf(alternative, value)) return check(alternative, value);
  }
  return fault((_path, leaf) => `Invalid parameter type for '${leaf}', expected: ${type.name}`);
}

function hasJsonTypeOf(type: Type, value: unknown): boolean {
  const resolved = resolve(type);
  switch (resolved.kind) {
    case 'enum': return typeof value === 'string';
    case 'list': return Array.isArray(value);
    case 'struct':
    case 'union': return isObject(value);
    case 'builtin': return checkBuiltin(resolved, value) === undefined;
    case 'alternate': return checkAlternate(resolved, value) === undefined;
  }
}

function checkBuiltin(type: Builtin<unknown>, value: unknown): Checked {
  switch (type.name) {
    case 'str': return typeof value === 'string' ? undefined : wrongType('string');
    case 'bool': return typeof value === 'boolean' ? undefined : wrongType('boolean');
    case 'number': return typeof value === 'number' || typeof value === 'bigint' || value instanceof Real ? undefined : wrongType('number');
    case 'null': return value === null ? undefined : wrongType('null');
    case 'any': return undefined;
    default: return checkInteger(integers[type.name], value);
  }
}

interface IntegerRange {
  readonly min: bigint;
  readonly max: bigint;
  /** What QEMU calls the narrow type; int64 and uint64 have none. */
  readonly narrow?: string;
}

const signed = (bits: bigint, narrow?: string): IntegerRange => ({ min: -(1n << (bits - 1n)), max: (1n << (bits - 1n)) - 1n, narrow });
const unsigned = (bits: bigint, narrow?: string): IntegerRange => ({ min: 0n, max: (1n << bits) - 1n, narrow });

const integers = {
  int: signed(64n),
  int8: signed(8n, 'int8_t'),
  int16: signed(16n, 'int16_t'),
  int32: signed(32n, 'int32_t'),
  int64: signed(64n),
  uint8: unsigned(8n, 'uint8_t'),
  uint16: unsigned(16n, 'uint16_t'),
  uint32: unsigned(32n, 'uint32_t'),
  uint64: unsigned(64n),
  size: unsigned(64n),
};

function checkInteger(range: IntegerRange, value: unknown): Checked {
  if (isIntegerIn(range, value)) return undefined;
  const isUnsigned = range.min === 0n;
  if (range.narrow !== undefined && isIntegerIn(isUnsigned ? anyInt : integers.int, value)) {
    return fault((_path, leaf) => `Parameter '${leaf}' expects ${range.narrow}`);
  }
  return isUnsigned ? fault((path) => `Parameter '${path}' expects uint64`) : wrongType('integer');
}

const anyInt: IntegerRange = { min: integers.int.min, max: integers.uint64.max };

function isIntegerIn(range: IntegerRange, value: unknown): boolean {
  if (typeof value === 'bigint') return value >= range.min && value <= range.max;
  return Number.isInteger(value) && (value as number) >= range.min && (value as number) <= range.max;
}

function isObject(value: unknown): value is Record_ {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Real);
}

function fault(describe: Fault['describe']): Fault {
  return { describe, path: '', leaf: undefined };
}

function wrongType(expected: string): Fault {
  return fault((path) => `Invalid parameter type for '${path}', expected: ${expected}`);
}

function within(fault: Fault, name: string): Fault {
  fault.leaf ??= fault.path === '' ? name : undefined;
  fault.path = fault.path === '' || fault.path.startsWith('[') ? `${name}${fault.path}` : `${name}.${fault.path}`;
  return fault;
}

function withinElement(fault: Fault, index: number): Fault {
  fault.path = fault.path === '' || fault.path.startsWith('[') ? `[${index}]${fault.path}` : `[${index}].${fault.path}`;
  return fault;
}
