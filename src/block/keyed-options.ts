import { listMembers, membersOf, resolve } from '../qapi/members.ts';
import { QapiError } from '../qapi/qapi-error.ts';
import { parseSize } from '../qapi/size-text.ts';
import { blockdevOptions } from '../qapi/types/blockdev-options.ts';
import { nestDottedKeys } from './dotted-keys.ts';
import { parseOpenOptions } from './open-options.ts';
import { findDriver } from './probe.ts';
import type { Builtin, Members, Type, Union } from '../qapi/schema.ts';
import type { BlockDriver } from './driver.ts';
import type { OptionTree } from './open-options.ts';

/**
 * Options as a drive or a file name gives them: keys may be dotted, numbers and switches may be texts, and a child that has only a
 * file name is a file. A child named by `opened` is open already.
 * @throws QapiError naming the option, in the words that QEMU has for a command line
 */
export async function keyedOptions(options: OptionTree, opened?: string): Promise<Record<string, unknown>> {
  return readNode(nestDottedKeys(options), opened);
}

/** A whole tree of such options, checked; what is said of a backing image that the image itself names is checked when that is opened. */
export async function keyedTree(options: OptionTree): Promise<OptionTree> {
  const read = await keyedOptions(options);
  return withNamed(parseOpenOptions(withoutNamed(read)), read);
}

const isNamed = (slot: string, value: unknown): value is OptionTree => slot === 'backing' && isTree(value) && value.driver === undefined;

function withoutNamed(tree: OptionTree): OptionTree {
  const entries = Object.entries(tree).filter(([name, value]) => !isNamed(name, value));
  return Object.fromEntries(entries.map(([name, value]) => [name, isTree(value) ? withoutNamed(value) : value]));
}

function withNamed(checked: OptionTree, given: OptionTree): OptionTree {
  const entries = Object.entries(checked).map(([name, value]) => [name, isTree(value) && isTree(given[name]) ? withNamed(value, given[name]) : value]);
  return { ...Object.fromEntries(entries) as OptionTree, ...(isNamed('backing', given.backing) && { backing: given.backing }) };
}

async function readNode(options: OptionTree, opened?: string): Promise<Record<string, unknown>> {
  const given: OptionTree = options.driver === undefined && typeof options.filename === 'string' ? { driver: 'file', ...options } : options;
  if (typeof given.driver !== 'string') return { ...given };
  const driver = await findDriver(given.driver);
  checkChildren(driver, given, opened);
  const slots = new Set([...driver.children.map(({ name }) => name), 'backing']);
  const types = new Map([...ofAll(), ...typesOf(driver.options)]);
  const read: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(given)) {
    const type = types.get(name);
    if (slots.has(name)) read[name] = await readChildren(value);
    else if (type === undefined) throw unknownOption(driver, name);
    else read[name] = readValue(type, value, name);
  }
  return read;
}

function checkChildren({ children }: BlockDriver, given: OptionTree, opened: string | undefined): void {
  const missing = children.find(({ name, optional, isList }) =>
    optional !== true && isList !== true && name !== opened && typeof given[name] !== 'string' && !isTree(given[name]));
  if (missing !== undefined) throw new QapiError(`A block device must be specified for "${missing.name}"`);
}

/** The options that all drivers have. */
const ofAll = (): ReadonlyMap<string, Type> => new Map(membersOf(resolve(blockdevOptions) as Union<unknown>).map(({ name, type }) => [name, type]));

async function readChildren(value: unknown): Promise<unknown> {
  if (Array.isArray(value)) return Promise.all(value.map((one) => readChildren(one)));
  return isTree(value) ? readNode(value) : value;
}

function unknownOption({ role, name }: BlockDriver, option: string): QapiError {
  return new QapiError(role === 'protocol'
    ? `Block protocol '${name}' doesn't support the option '${option}'` : `Block format '${name}' does not support the option '${option}'`);
}

/** What is no text has its type already, or is left for the check of all types. */
function readValue(type: Type, value: unknown, name: string): unknown {
  const resolved = resolve(type);
  if (resolved.kind === 'list' && Array.isArray(value)) return value.map((one) => readValue(resolved.of, one, name));
  if (resolved.kind === 'struct' && isTree(value)) return readMembers(typesOf(resolved.members), value);
  if (typeof value === 'number' && resolved.kind === 'builtin' && resolved.name === 'bool') return readBuiltin(resolved, String(value), name);
  if (typeof value !== 'string') return value;
  if (resolved.kind === 'builtin') return readBuiltin(resolved, value, name);
  if (resolved.kind === 'enum' && !resolved.values.includes(value)) throw new QapiError(`invalid parameter value: ${value}`);
  return value;
}

function readMembers(types: ReadonlyMap<string, Type>, value: OptionTree): OptionTree {
  return Object.fromEntries(Object.entries(value).map(([name, member]) => {
    const type = types.get(name);
    return [name, type === undefined ? member : readValue(type, member, name)];
  }));
}

function readBuiltin({ name: type }: Builtin<unknown>, text: string, name: string): unknown {
  if (type === 'str' || type === 'any' || type === 'null') return text;
  if (type === 'bool') {
    if (text === 'on' || text === 'off') return text === 'on';
    throw new QapiError(`Parameter '${name}' expects 'on' or 'off'`);
  }
  const number = parseSize(text);
  if (number !== undefined && (number >= 0 || !isSize(name))) return number;
  throw new QapiError(isSize(name) ? `Parameter '${name}' expects a non-negative number below 2^64` : `Parameter '${name}' expects a number`);
}

/** QEMU reads the numbers of these options as sizes, and says so. */
const isSize = (name: string): boolean => /size|offset|align|transfer|zero|discard/.test(name);

const typesOf = (members: Members): Map<string, Type> => new Map(listMembers(members).map(({ name, type }) => [name, type]));

function isTree(value: unknown): value is OptionTree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
