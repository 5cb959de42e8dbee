import { effectiveOptions, inheritedBy, nothingInherited } from './open-options.ts';
import type { BlockNode } from './node.ts';
import type { NodeOptions } from './node-state.ts';
import type { Inherited, OptionTree } from './open-options.ts';

/** One node with the options that it is to have. */
export interface ReopenRequest {
  readonly node: BlockNode;
  /** As blockdev-add takes them, nested and checked. */
  readonly options: OptionTree;
  /** What is not said stays as it was; otherwise it gets its default value. */
  readonly keepsOld?: boolean;
}

/** A node that is reopened, by request or as a part of one that is. */
export interface ReopenEntry {
  readonly node: BlockNode;
  /** Its own options, those that it keeps included. */
  readonly explicit: OptionTree;
  /** What is said of its children and is not passed on to them. */
  readonly ofChildren: OptionTree;
  readonly options: NodeOptions;
  /** The backing node must be named or described where there is one. */
  readonly lacksBacking: boolean;
}

/** The nodes to reopen, each before its children: children that were opened as a part of a node are reopened with it. */
export function reopenQueue(requests: readonly ReopenRequest[]): ReopenEntry[] {
  const queue = new Map<BlockNode, ReopenEntry>();
  for (const request of requests) enqueue(queue, request);
  return [...queue.values()];
}

/** What a node hands down to those that were opened as a part of it. */
interface HandedDown {
  readonly inherited: Inherited;
  /** The options that it has been given, at last; what it only has by default does not change what its children have kept. */
  readonly said: ReadonlySet<string>;
}

function enqueue(queue: Map<BlockNode, ReopenEntry>, { node, options: tree, keepsOld = false }: ReopenRequest, above?: HandedDown): void {
  const { own, ofChildren } = split(node, tree);
  const former = queue.get(node)?.explicit ?? (keepsOld ? node.explicit : {});
  const explicit = joined(own, former);
  const options = effectiveOptions(explicit, unsaid(node, keepsOld, above));
  const children: ReopenRequest[] = [];
  const rest: Record<string, unknown> = { ...ofChildren };
  for (const [slot, child] of [...node.children].reverse()) {
    if (child.inheritsFrom !== node) continue;
    const said = rest[slot];
    if (said === null || (typeof said === 'string' && said !== child.name)) continue;
    if (isTree(said)) delete rest[slot];
    children.push({ node: child, options: isTree(said) ? said : {}, keepsOld: said === undefined ? keepsOld : !isTree(said) });
  }
  queue.set(node, { node, explicit, ofChildren: rest, options, lacksBacking: !keepsOld && !('backing' in ofChildren) });
  const said = keepsOld ? EVERYTHING : new Set([...above?.said ?? [], ...INHERITABLE.filter((name) => isSaid(explicit, name))]);
  for (const child of children) enqueue(queue, child, { inherited: inheritedBy(slotOf(node, child.node), options), said });
}

const INHERITABLE = ['read-only', 'auto-read-only', 'cache.direct', 'cache.no-flush', 'force-share'];
const EVERYTHING = new Set(INHERITABLE);

function isSaid(options: OptionTree, name: string): boolean {
  const [first, second] = name.split('.') as [string, string?];
  const value = options[first];
  return second === undefined ? value !== undefined : isTree(value) && value[second] !== undefined;
}

/** A node that inherits nothing goes on discarding as before; all else has a default value unless it is kept. */
function unsaid({ options }: BlockNode, keepsOld: boolean, above: HandedDown | undefined): Inherited {
  const kept = { ...options, forceShare: options.forceShare === true };
  if (above === undefined) return keepsOld ? kept : { ...nothingInherited, discard: options.discard };
  const { inherited, said } = above;
  if (!keepsOld) return inherited;
  const pick = (name: string): Inherited => (said.has(name) ? inherited : kept);
  return {
    ...inherited, readOnly: pick('read-only').readOnly, autoReadOnly: pick('auto-read-only').autoReadOnly,
    forceShare: pick('force-share').forceShare,
    cache: { direct: pick('cache.direct').cache.direct, noFlush: pick('cache.no-flush').cache.noFlush },
  };
}

function slotOf(node: BlockNode, child: BlockNode): string {
  return [...node.children].find(([, other]) => other === child)![0];
}

/** Options of a list's children are named by their place. */
function split({ driver }: BlockNode, tree: OptionTree): { own: OptionTree; ofChildren: OptionTree } {
  const entries = Object.entries(tree);
  const listed = driver.children.filter(({ isList }) => isList === true).map(({ name }) => name);
  const isOfChild = (name: string) => driver.children.some((slot) => slot.name === name);
  const ofChildren = entries.filter(([name]) => isOfChild(name)).flatMap(([name, value]): [string, unknown][] => (
    listed.includes(name) && Array.isArray(value) ? value.map((one, place) => [`${name}.${place}`, one]) : [[name, value]]));
  return { own: Object.fromEntries(entries.filter(([name]) => !isOfChild(name))), ofChildren: Object.fromEntries(ofChildren) };
}

function joined(own: OptionTree, former: OptionTree): OptionTree {
  const all: Record<string, unknown> = { ...former, ...own };
  for (const [name, value] of Object.entries(own)) if (isTree(value) && isTree(former[name])) all[name] = joined(value, former[name]);
  return all;
}

function isTree(value: unknown): value is OptionTree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
