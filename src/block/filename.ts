import { formatJson } from '../util/lossless-json.ts';
import { inDictionaryOrder } from './option-order.ts';
import type { BlockDriver, ChildSlot } from './driver.ts';
import type { BlockNode } from './node.ts';

/** The images below a node, nearest first. */
export function chainBelow(node: BlockNode): BlockNode[] {
  const chain: BlockNode[] = [];
  for (let below = node.backing; below !== undefined; below = below.backing) chain.push(below);
  return chain;
}

/** A plain file name when it says all that matters, else `json:{...}`. */
export function shownFilename(node: BlockNode): string {
  return plainFilename(node) ?? `json:${spaced(fullOptions(node))}`;
}

/** The options that would open the node again; what does not change the content (caches, names) is left out. */
export function fullOptions(node: BlockNode): Record<string, unknown> {
  const options: Record<string, unknown> = { driver: node.driver.name, ...strongOptions(node) };
  for (const slot of node.driver.children) Object.assign(options, childOptions(node, slot));
  if (isBackingOverridden(node)) options.backing = node.backing === undefined ? null : fullOptions(node.backing);
  return inDictionaryOrder(options);
}

function childOptions({ children }: BlockNode, { name, isList }: ChildSlot): Record<string, unknown> {
  if (name === 'backing') return {};
  if (isList === true) return { [name]: [...children.values()].map(fullOptions) };
  const child = children.get(name);
  return child === undefined ? {} : { [name]: fullOptions(child) };
}

/** A file name that is stored in an image, seen from where the image lies; as it is when it is absolute or names a protocol. */
export function resolveFrom(node: BlockNode, filename: string): string {
  if (filename.startsWith('/') || protocolOf(filename) !== undefined) return filename;
  const place = protocolNode(node).image.filename ?? '';
  const folder = place.includes('/') ? place.slice(0, place.lastIndexOf('/') + 1) : '';
  return folder + filename;
}

/** The protocol that a file name begins with: 'file' of `file:x`, 'json' of `json:{}`. */
export function protocolOf(filename: string): string | undefined {
  return /^([^/:]*):/.exec(filename)?.[1];
}

/** The backing file that the image names, resolved; undefined when it names none. */
export function storedBacking(node: BlockNode): string | undefined {
  const stored = node.image.facts().backingFilename;
  return stored === undefined || stored === '' ? undefined : resolveFrom(node, stored);
}

function protocolNode(node: BlockNode): BlockNode {
  const below = node.file ?? node.filtered;
  return below === undefined ? node : protocolNode(below);
}

function plainFilename(node: BlockNode): string | undefined {
  const { driver } = node;
  if (driver.filenameOf !== undefined) {
    return driver.filenameOf(node.given, Object.fromEntries([...node.children].map(([slot, child]) => [slot, plainFilename(child)])));
  }
  for (const name in node.given) if (name !== 'filename' && STRONG.has(name)) return undefined;
  if (driver.role === 'protocol') return node.image.filename;
  if (isBackingOverridden(node) || node.file === undefined || !isNameable(node.file.driver)) return undefined;
  return plainFilename(node.file);
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
  'filename', 'offset', 'size', 'read-zeroes', 'latency-ns', 'encrypt', 'data-file', 'throttle-group', 'bottom', 'config', 'align',
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

/** JSON with QEMU's blanks. */
function spaced(value: unknown): string {
  if (value === null || typeof value !== 'object') return formatJson(value);
  if (Array.isArray(value)) return `[${value.map(spaced).join(', ')}]`;
  return `{${Object.entries(value).map(([key, member]) => `${JSON.stringify(key)}: ${spaced(member)}`).join(', ')}}`;
}
