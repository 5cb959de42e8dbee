import { formatJson } from '../util/lossless-json.ts';
import { storedBacking } from './filename.ts';
import { inDictionaryOrder } from './option-order.ts';
import type { BlockDriver, ChildSlot } from './driver.ts';
import type { BlockNode } from './node.ts';

/** Characters; QEMU cuts longer names off. */
const LONGEST = 4095;

/**
 * What a node is called: worked out once, from the names of its children, which hold all that is below them.
 * The node forgets it when something changes here or below.
 */
export class NodeFilename {
  readonly #node: BlockNode;
  #plain: { readonly name: string | undefined } | undefined;
  #options: Readonly<Record<string, unknown>> | undefined;
  #shown: string | undefined;

  constructor(node: BlockNode) {
    this.#node = node;
  }

  /** A plain file name when it says all that matters, else `json:{...}`. */
  get shown(): string {
    return (this.#shown ??= this.plain ?? cut(`json:${spaced(this.options)}`));
  }

  /** A file name that would open the node; undefined when none says all that matters. */
  get plain(): string | undefined {
    return (this.#plain ??= { name: plainFilename(this.#node) }).name;
  }

  /** The options that would open the node again; what does not change the content (caches, names) is left out. */
  get options(): Readonly<Record<string, unknown>> {
    return (this.#options ??= fullOptions(this.#node));
  }
}

function cut(name: string): string {
  return name.length <= LONGEST ? name : `${name.slice(0, LONGEST - 3)}...`;
}

function fullOptions(node: BlockNode): Record<string, unknown> {
  const options: Record<string, unknown> = { driver: node.driver.name, ...strongOptions(node) };
  for (const slot of node.driver.children) Object.assign(options, childOptions(node, slot));
  if (isBackingOverridden(node)) options.backing = node.backing === undefined ? null : node.backing.naming.options;
  return inDictionaryOrder(options);
}

function childOptions({ children }: BlockNode, { name, isList }: ChildSlot): Record<string, unknown> {
  if (name === 'backing') return {};
  if (isList === true) return { [name]: [...children.values()].map((child) => child.naming.options) };
  const child = children.get(name);
  return child === undefined ? {} : { [name]: child.naming.options };
}

function plainFilename(node: BlockNode): string | undefined {
  const { driver } = node;
  if (driver.filenameOf !== undefined) {
    return driver.filenameOf(node.given, Object.fromEntries([...node.children].map(([slot, child]) => [slot, child.naming.plain])));
  }
  for (const name in node.given) if (name !== 'filename' && STRONG.has(name)) return undefined;
  if (driver.role === 'protocol') return node.image.filename;
  if (isBackingOverridden(node) || node.file === undefined || !isNameable(node.file.driver)) return undefined;
  return node.file.naming.plain;
}

/** Protocols, and what a file name can begin with as with a protocol; of a filter, what it filters is not all. */
function isNameable(driver: BlockDriver): boolean {
  return driver.role === 'protocol' || driver.filenameOf !== undefined;
}

/** Driver-specific options that change what is read. Lists come out as QEMU stores them, member by member. */
function strongOptions(node: BlockNode): Record<string, unknown> {
  const strong = Object.entries(node.given).filter(([name]) => STRONG.has(name));
  return Object.fromEntries(strong.flatMap(([name, value]) => (Array.isArray(value) ? flatten(name, value) : [[name, value]])));
}

function flatten(name: string, list: readonly unknown[]): [string, unknown][] {
  return list.flatMap((entry, place) => Object.entries(entry as object).map(([key, value]): [string, unknown] => [`${name}.${place}.${key}`, value]));
}

const STRONG = new Set([
  'filename', 'offset', 'size', 'read-zeroes', 'latency-ns', 'encrypt', 'data-file', 'throttle-group', 'config', 'align',
  'max-transfer', 'opt-write-zero', 'max-write-zero', 'opt-discard', 'max-discard', 'inject-error', 'set-state', 'blkverify',
  'vote-threshold', 'rewrite-corrupted', 'read-pattern',
]);

/** The backing node is another one than the image itself names. */
function isBackingOverridden(node: BlockNode): boolean {
  if (node.image.setBacking === undefined) return false;
  const stored = storedBacking(node);
  const named = stored !== undefined && stored === node.autoBacking?.stored ? node.autoBacking.shown : stored;
  return named !== node.backing?.filename;
}

/** The texts of options, which never change: what is below is not written anew for each node above. */
const TEXTS = new WeakMap<object, string>();

/** JSON with QEMU's blanks. */
function spaced(value: unknown): string {
  if (value === null || typeof value !== 'object') return formatJson(value);
  const known = TEXTS.get(value);
  if (known !== undefined) return known;
  const text = Array.isArray(value)
    ? `[${value.map(spaced).join(', ')}]`
    : `{${Object.entries(value).map(([key, member]) => `${JSON.stringify(key)}: ${spaced(member)}`).join(', ')}}`;
  TEXTS.set(value, text);
  return text;
}
