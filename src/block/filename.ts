import { formatJson } from '../util/lossless-json.ts';
import type { BlockNode } from './node.ts';

/** Options that QEMU's dictionaries happen to show before the driver. */
const AHEAD = ['backing', 'offset', 'read-zeroes'];

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
  if (node.file !== undefined) options.file = fullOptions(node.file);
  if (isBackingOverridden(node)) options.backing = node.backing === undefined ? null : fullOptions(node.backing);
  const keys = [...AHEAD.filter((key) => key in options), ...Object.keys(options).filter((key) => !AHEAD.includes(key))];
  return Object.fromEntries(keys.map((key) => [key, options[key]]));
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
  return node.file === undefined ? node : protocolNode(node.file);
}

function plainFilename(node: BlockNode): string | undefined {
  for (const name in node.given) if (name !== 'filename' && STRONG.has(name)) return undefined;
  if (node.driver.role === 'protocol') return node.image.filename;
  if (isBackingOverridden(node) || node.file?.driver.role !== 'protocol') return undefined;
  return plainFilename(node.file);
}

/** Driver-specific options that change what is read. */
function strongOptions(node: BlockNode): Record<string, unknown> {
  return Object.fromEntries(Object.entries(node.given).filter(([name]) => STRONG.has(name)));
}

const STRONG = new Set(['filename', 'offset', 'size', 'read-zeroes', 'latency-ns', 'encrypt', 'data-file', 'throttle-group', 'bottom']);

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
