import { isDeepStrictEqual } from 'node:util';
import { QapiError } from '../qapi/qapi-error.ts';
import { storedBacking } from './filename.ts';
import { inDictionaryOrder } from './option-order.ts';
import { checkDetectZeroes, driverOptions } from './open-options.ts';
import type { BlockNode } from './node.ts';
import type { NodeTarget } from './node-state.ts';
import type { OptionTree } from './open-options.ts';
import type { ReopenEntry } from './reopen-queue.ts';

/** What every node can be given anew. */
const OF_EVERY_NODE = ['node-name', 'discard', 'cache.direct', 'cache.no-flush', 'read-only', 'auto-read-only', 'detect-zeroes'];
/** Of these, what must stay the same when it is said. */
const FIXED = ['node-name'];
/** QEMU compares these as text with the truth values that they are: they never fit what was given before. */
const NEVER_THE_SAME = ['force-share', 'drop-cache'];

/** The graph as it will be when the nodes that were looked at before have their new children. */
type Links = Map<BlockNode, Map<string, BlockNode | undefined>>;

/** What the nodes of a queue are to become. @throws QapiError in QEMU's words for the first thing that cannot be */
export function checkReopen(queue: readonly ReopenEntry[], findNode: (name: string) => BlockNode): Map<BlockNode, NodeTarget> {
  const links: Links = new Map();
  return new Map(queue.map((entry) => [entry.node, checkEntry(entry, { links, findNode })]));
}

interface Surroundings {
  readonly links: Links;
  readonly findNode: (name: string) => BlockNode;
}

function checkEntry(entry: ReopenEntry, around: Surroundings): NodeTarget {
  const { node, explicit, options } = entry;
  const { driver } = node;
  checkDetectZeroes(options);
  if (driver.reopens === undefined) {
    throw new QapiError(`Block format '${driver.name}' used by node '${node.deviceOrNodeName}' does not support reopening files`);
  }
  checkReset(entry, driver.reopens);
  if (entry.lacksBacking && (node.backing !== undefined || storedBacking(node) !== undefined)) {
    throw new QapiError(`backing is missing for '${node.name}'`);
  }
  const own = new Map<string, BlockNode | undefined>();
  around.links.set(node, own);
  for (const slot of ['backing', 'file']) checkLink(entry, slot, around);
  checkUnchanged(entry, driver.reopens);
  return { explicit, options, given: driverOptions(explicit, driver), readOnly: options.readOnly || couldNotWrite(entry), links: own };
}

/** What was meant to be written if possible, and could not, stays as it is. */
function couldNotWrite({ node, options }: ReopenEntry): boolean {
  return node.readOnly && !node.options.readOnly && options.autoReadOnly;
}

/** What is left out gets its default value, which not every option can. */
function checkReset({ node, explicit }: ReopenEntry, mutable: readonly string[]): void {
  const now = flat(explicit);
  const lost = Object.keys(inDictionaryOrder(flat(node.explicit)))
    .find((name) => !(name in now) && name !== 'driver' && !OF_EVERY_NODE.includes(name) && !isMutable(name, mutable));
  if (lost !== undefined) throw new QapiError(`Option '${lost}' cannot be reset to its default value`);
}

function checkLink({ node, ofChildren }: ReopenEntry, slot: string, { links, findNode }: Surroundings): void {
  const said = ofChildren[slot];
  if (said !== null && typeof said !== 'string') return;
  const former = node.children.get(slot);
  const wanted = said === null ? undefined : findNode(said);
  if (wanted !== undefined && isBelow(wanted, node, links)) {
    throw new QapiError(`Making '${wanted.name}' a ${slot} child of '${node.name}' would create a cycle`);
  }
  if (wanted === former) return;
  checkReplaceable(node, slot, wanted);
  links.get(node)!.set(slot, wanted);
}

function checkReplaceable(node: BlockNode, slot: string, wanted: BlockNode | undefined): void {
  const { driver } = node;
  const former = node.children.get(slot);
  if (driver.filters !== undefined && former === undefined) {
    throw new QapiError(`'${node.name}' is a ${driver.name} filter node that does not support a ${slot} child`);
  }
  if (former !== undefined && node.isFrozen(slot)) {
    throw new QapiError(`Cannot change frozen '${slot}' link from '${node.name}' to '${former.name}'`);
  }
  if (slot === 'backing' && node.image.setBacking === undefined) {
    throw new QapiError(`Driver '${driver.name}' of node '${node.name}' does not support backing files`);
  }
  // QEMU takes a node as two children of one parent, as long as nobody writes to them; here each child is another.
  if (wanted !== undefined && [...node.children.values()].includes(wanted)) throw new QapiError(`The node ${wanted.name} already has a parent`);
}

/** Whether `node` is `top` or will lie below it. */
function isBelow(top: BlockNode, node: BlockNode, links: Links): boolean {
  if (top === node) return true;
  const children = new Map<string, BlockNode | undefined>([...top.children, ...links.get(top) ?? []]);
  return [...children.values()].some((child) => child !== undefined && isBelow(child, node, links));
}

/** What the driver cannot change has to be said as it is. */
function checkUnchanged({ node, explicit, ofChildren }: ReopenEntry, mutable: readonly string[]): void {
  const before = flat(node.explicit);
  const { file, backing, ...others } = ofChildren;
  const said = flat({ ...explicit, ...others, ...(typeof file === 'object' && { file }), ...(isTree(backing) && { backing }) });
  for (const [name, value] of Object.entries(inDictionaryOrder(said))) {
    if ((OF_EVERY_NODE.includes(name) && !FIXED.includes(name)) || isMutable(name, mutable)) continue;
    const isSame = isDeepStrictEqual(before[name], value) && !NEVER_THE_SAME.includes(name);
    if (isSame || node.children.get(name)?.name === value) continue;
    throw new QapiError(`Cannot change the option '${name}'`);
  }
}

/** A mutable option's members are mutable too. */
function isMutable(name: string, mutable: readonly string[]): boolean {
  return mutable.some((one) => name === one || name.startsWith(`${one}.`));
}

/** Nested members by their dotted names. */
function flat(tree: OptionTree, prefix = ''): Record<string, unknown> {
  const all: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(tree)) {
    if (value === undefined) continue;
    if (Array.isArray(value)) Object.assign(all, flat({ ...value }, `${prefix}${name}.`));
    else if (isTree(value)) Object.assign(all, flat(value, `${prefix}${name}.`));
    else all[prefix + name] = value;
  }
  return all;
}

function isTree(value: unknown): value is OptionTree {
  return typeof value === 'object' && value !== null;
}
