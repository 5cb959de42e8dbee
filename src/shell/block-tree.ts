import { readBlockState } from './rehearsal/read-block-state.ts';
import type { Snapshot } from './live-state.ts';

type Row = Readonly<Record<string, unknown>>;

/** One use of a node by another, by a drive, a job or something nameless. */
export interface NodeUse {
  /** What the node is to its user: 'file', 'backing', 'root', 'target' ... */
  readonly role: string;
  /** Who uses it. */
  readonly user: { readonly type: 'node' | 'drive' | 'job'; readonly name: string };
  /** What the user may do: 'consistent-read', 'write' ...; absent where the far end does not tell. */
  readonly permissions?: readonly string[];
}

/** A node, what is below it, and who uses it. */
export interface TreeNode {
  readonly name: string;
  /** Its row of query-named-block-nodes. */
  readonly row: Row;
  readonly below: readonly { readonly role: string; readonly name: string }[];
  readonly uses: readonly NodeUse[];
}

/** How nodes hang together. */
export interface BlockTree {
  readonly nodes: ReadonlyMap<string, TreeNode>;
  /** The node at the top of each drive with a name, filters of jobs included. */
  readonly roots: ReadonlyMap<string, string>;
}

/** Without the far end's word for it, links are guessed by file names, which takes long where there are many. */
const mostGuessed = 400;
/** The nodes below one are listed as they are read: filters and files first. */
const roleOrder = ['file', 'data-file', 'backing'];
const trees = new WeakMap<object, BlockTree>();

/** The tree of the last description of the nodes; made once for each. */
export function blockTree(snapshot: Snapshot): BlockTree {
  const known = trees.get(snapshot.nodes);
  if (known !== undefined) return known;
  const uses = snapshot.graph === undefined ? guessedUses(snapshot) : toldUses(snapshot.graph);
  const tree = treeOf(snapshot.nodes, uses);
  trees.set(snapshot.nodes, tree);
  return tree;
}

interface Edge extends NodeUse {
  readonly child: string;
}

function treeOf(rows: readonly Row[], edges: readonly Edge[]): BlockTree {
  const below = new Map<string, { role: string; name: string }[]>();
  const uses = new Map<string, NodeUse[]>();
  const roots = new Map<string, string>();
  for (const { child, ...use } of edges) {
    append(uses, child, use);
    if (use.user.type === 'node') append(below, use.user.name, { role: use.role, name: child });
    else if (use.user.type === 'drive' && use.user.name !== '') roots.set(use.user.name, child);
  }
  const place = ({ role }: { role: string }) => (roleOrder.indexOf(role) + roleOrder.length) % roleOrder.length;
  const nodes = new Map(rows.map((row) => {
    const name = text(row['node-name']);
    const children = (below.get(name) ?? []).sort((one, other) => place(one) - place(other));
    return [name, { name, row, below: children, uses: uses.get(name) ?? [] }];
  }));
  return { nodes, roots };
}

/** What x-debug-query-block-graph tells. */
function toldUses(graph: Row): Edge[] {
  const types: Readonly<Record<string, NodeUse['user']['type']>> = { 'block-driver': 'node', 'block-job': 'job' };
  const parts = new Map(list(graph.nodes).map(({ id, type, name }) => [Number(id), { type: types[text(type)] ?? 'drive', name: text(name) } as const]));
  return list(graph.edges).flatMap((edge) => {
    const user = parts.get(Number(edge.parent));
    const child = parts.get(Number(edge.child));
    return user === undefined || child === undefined ? []
      : [{ role: text(edge.name), user, child: child.name, permissions: Array.isArray(edge.perm) ? edge.perm.map(text) : [] }];
  });
}

/** What drives, jobs and file names tell. */
function guessedUses({ nodes, block, jobs }: Snapshot): Edge[] {
  const drives = block.flatMap((row): Edge[] => {
    const child = text(object(row.inserted)['node-name']);
    return child === '' || text(row.device) === '' ? [] : [{ role: 'root', user: { type: 'drive', name: text(row.device) }, child }];
  });
  if (nodes.length > mostGuessed) return drives;
  const state = readBlockState({ nodes, devices: block, jobs });
  const files = [...state.nodes.values()].filter(({ isFile }) => isFile);
  const links = [...state.nodes.values()].flatMap(({ name, below, filename, isFile }): Edge[] => {
    const file = isFile ? undefined : files.find((one) => one.filename === filename && one.name !== below);
    const use = (role: string, child: string): Edge => ({ role, user: { type: 'node', name }, child });
    return [...(below === undefined ? [] : [use('backing', below)]), ...(file === undefined ? [] : [use('file', file.name)])];
  });
  const held = state.jobs.flatMap(({ id, nodes: names }) => names.map((child): Edge => ({ role: 'node', user: { type: 'job', name: id }, child })));
  return [...drives, ...links, ...held];
}

function append<Value>(map: Map<string, Value[]>, key: string, value: Value): void {
  const values = map.get(key);
  if (values === undefined) map.set(key, [value]);
  else values.push(value);
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const object = (value: unknown): Row => (typeof value === 'object' && value !== null ? value as Row : {});
const list = (value: unknown): readonly Row[] => (Array.isArray(value) ? value as Row[] : []);
