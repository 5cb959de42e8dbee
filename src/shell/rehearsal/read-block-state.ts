import { isFilter } from './block-state.ts';
import type { BlockState, Device, ImageNode, RunningJob } from './block-state.ts';

type Row = Readonly<Record<string, unknown>>;

/** What the far end's queries answered. */
export interface BlockReplies {
  /** query-named-block-nodes */
  readonly nodes: readonly Row[];
  /** query-block */
  readonly devices: readonly Row[];
  /** query-block-jobs */
  readonly jobs: readonly Row[];
  /** x-debug-query-block-graph, which alone tells how nodes hang together; absent: file names have to tell. */
  readonly graph?: Row | undefined;
}

/** Makes one state out of the far end's replies. */
export function readBlockState(replies: BlockReplies): BlockState {
  const links = replies.graph === undefined ? linksByName(replies.nodes) : linksOfGraph(replies.graph, replies.nodes);
  const nodes = new Map(replies.nodes.map((row) => [text(row['node-name']), imageNode(row, links)]));
  const devices = replies.devices.map((row): Device => ({ name: text(row.device), root: rootOf(row) }));
  const jobs = replies.jobs.map((row) => runningJob(row, { devices, links, nodes }));
  return { devices, nodes, jobs };
}

/** Who is below whom, by names. */
interface Links {
  readonly below: ReadonlyMap<string, string>;
  readonly files: ReadonlySet<string>;
  readonly heldByJob: ReadonlyMap<string, readonly string[]>;
}

function imageNode(row: Row, { below, files }: Links): ImageNode {
  const image = object(row.image);
  const name = text(row['node-name']);
  const cluster = image['cluster-size'];
  return {
    name, driver: text(row.drv), filename: text(row.file), readOnly: row.ro === true, size: Number(image['virtual-size'] ?? 0),
    clusterSize: cluster === undefined ? undefined : Number(cluster),
    below: below.get(name),
    storedBacking: image['backing-filename'] as string | undefined,
    snapshots: rows(image.snapshots).map((snapshot) => ({ id: text(snapshot.id), name: text(snapshot.name) })),
    bitmaps: rows(row['dirty-bitmaps']).map((bitmap) => ({ name: text(bitmap.name), count: Number(bitmap.count ?? 0) })),
    ...(files.has(name) && { isFile: true }),
  };
}

/** Filters that jobs put in are not shown as the medium; query-block looks through them. */
function rootOf({ inserted }: Row): string | undefined {
  return inserted === undefined ? undefined : text(object(inserted)['node-name']);
}

/** The filter that QEMU puts above the source of a job; only the graph tells whose it is, but jobs of a kind forbid the same. */
const jobFilters: Readonly<Record<string, string>> = { mirror: 'mirror_top', commit: 'commit_top', backup: 'copy-before-write' };

/** A job holds what the graph says, the medium of the device that it is named after, and what its filter shows. */
function runningJob(row: Row, { devices, links, nodes }: { devices: readonly Device[]; links: Links; nodes: ReadonlyMap<string, ImageNode> }): RunningJob {
  const id = text(row.device);
  const type = text(row.type);
  const root = devices.find(({ name }) => name === id)?.root;
  const filters = [...nodes.values()].filter(({ driver }) => driver === jobFilters[type]).map(({ name }) => name);
  const held = new Set([...links.heldByJob.get(id) ?? [], ...filters, ...(root === undefined ? [] : [root])]);
  for (const name of held) {
    const node = nodes.get(name);
    if (node?.below !== undefined && isFilter(node)) held.add(node.below);
  }
  return { id, type, nodes: [...held] };
}

/** The edges that the far end tells. */
function linksOfGraph(graph: Row, all: readonly Row[]): Links {
  const filters = new Set(all.filter((row) => isFilter({ driver: text(row.drv) })).map((row) => text(row['node-name'])));
  const parts = new Map(rows(graph.nodes).map(({ id, name, type }) => [Number(id), { name: text(name), type: text(type) }]));
  const below = new Map<string, string>();
  const files = new Set<string>();
  const heldByJob = new Map<string, string[]>();
  for (const edge of rows(graph.edges)) {
    const parent = parts.get(Number(edge.parent));
    const child = parts.get(Number(edge.child))?.name ?? '';
    if (parent?.type === 'block-job') heldByJob.set(parent.name, [...heldByJob.get(parent.name) ?? [], child]);
    if (parent?.type !== 'block-driver') continue;
    if (edge.name === 'backing' || (edge.name === 'file' && filters.has(parent.name))) below.set(parent.name, child);
    else files.add(child);
  }
  return { below, files, heldByJob };
}

/** Without edges: the backing image that a row describes is the node of that file and format whose chain is as deep. */
function linksByName(all: readonly Row[]): Links {
  const below = new Map<string, string>();
  const files = new Set<string>();
  for (const row of all) {
    const lower = object(row.image)['backing-image'];
    if (lower !== undefined) {
      const child = nodeOf(object(lower), row, all);
      if (child !== undefined) below.set(text(row['node-name']), text(child['node-name']));
    }
    if (isProtocol(row) && all.some((other) => other !== row && other.file === row.file && !isProtocol(other))) files.add(text(row['node-name']));
  }
  return { below, files, heldByJob: new Map() };
}

function nodeOf(image: Row, parent: Row, all: readonly Row[]): Row | undefined {
  const fits = all.filter((row) => row !== parent && row.file === image.filename && row.drv === image.format);
  const depth = Number(parent.backing_file_depth) - 1;
  return fits.find((row) => Number(row.backing_file_depth) === depth) ?? fits[0];
}

const isProtocol = ({ drv }: Row): boolean => /^(file|host_device|host_cdrom|nbd|ssh|https?|ftps?|rbd|iscsi|gluster|nfs|nvme.*|null-.*)$/.test(text(drv));

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const object = (value: unknown): Row => (typeof value === 'object' && value !== null ? value as Row : {});
const rows = (value: unknown): readonly Row[] => (Array.isArray(value) ? value as Row[] : []);
