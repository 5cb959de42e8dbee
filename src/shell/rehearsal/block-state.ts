import { dirname, resolve } from 'node:path';
import { QapiError } from '../../qapi/qapi-error.ts';

/** A node of a chain, as the far end's queries tell it or as a command would leave it. */
export interface ImageNode {
  readonly name: string;
  readonly driver: string;
  readonly filename: string;
  readonly readOnly: boolean;
  /** Virtual size in bytes. */
  readonly size: number;
  /** Bytes that the image allocates at a time. */
  readonly clusterSize?: number | undefined;
  /** The node that unallocated bytes come from: the backing image, or what a filter shows. */
  readonly below?: string | undefined;
  /** The backing file's name as the image stores it. */
  readonly storedBacking?: string | undefined;
  readonly snapshots: readonly SnapshotTag[];
  readonly bitmaps: readonly BitmapFacts[];
  /** A command before this one has created it: it holds nothing. */
  readonly isEmpty?: boolean;
  /** It is the file of another node. */
  readonly isFile?: boolean;
}

export interface SnapshotTag {
  readonly id?: string | undefined;
  readonly name: string;
}

export interface BitmapFacts {
  readonly name: string;
  /** Bytes that are dirty. */
  readonly count: number;
}

export interface Device {
  readonly name: string;
  /** Absent: no medium. */
  readonly root?: string | undefined;
}

export interface RunningJob {
  readonly id: string;
  readonly type: string;
  /** Nodes that are known to be in its hands. */
  readonly nodes: readonly string[];
}

/** All that a rehearsal knows of the far end. Commands make a new one out of it; nothing changes in place. */
export interface BlockState {
  readonly devices: readonly Device[];
  readonly nodes: ReadonlyMap<string, ImageNode>;
  readonly jobs: readonly RunningJob[];
}

const filters = new Set([
  'throttle', 'copy-on-read', 'compress', 'preallocate', 'blkverify', 'blkreplay', 'copy-before-write', 'mirror_top', 'commit_top', 'replication',
]);

/** Whether a node keeps nothing of its own and shows what is below it. */
export const isFilter = ({ driver }: Pick<ImageNode, 'driver'>): boolean => filters.has(driver);

/** A node and all below it, nearest first. */
export function chainOf(state: BlockState, name: string): ImageNode[] {
  const chain: ImageNode[] = [];
  for (let node = state.nodes.get(name); node !== undefined && !chain.includes(node); node = belowOf(state, node)) chain.push(node);
  return chain;
}

export function belowOf(state: BlockState, { below }: ImageNode): ImageNode | undefined {
  return below === undefined ? undefined : state.nodes.get(below);
}

/** The medium of the device of this name, else the node of this name. @throws QapiError in QEMU's words */
export function lookUp(state: BlockState, device: string | undefined, nodeName: string | undefined): ImageNode {
  const found = device === undefined ? undefined : state.devices.find(({ name }) => name === device);
  if (found !== undefined && found.root === undefined) throw new QapiError(`Device '${device}' has no medium`);
  const node = state.nodes.get(found?.root ?? nodeName ?? '');
  if (node === undefined) throw new QapiError(`Cannot find device='${device ?? ''}' nor node-name='${nodeName ?? ''}'`);
  return node;
}

/** What a device or a node name means. @throws QapiError in QEMU's words */
export function findRoot(state: BlockState, deviceOrNode: string): ImageNode {
  return lookUp(state, deviceOrNode, deviceOrNode);
}

/** As findRoot, for commands that only take what is on top of its chain. @throws QapiError in QEMU's words */
export function findTop(state: BlockState, deviceOrNode: string): ImageNode {
  const node = findRoot(state, deviceOrNode);
  const isBelow = node.isFile === true || overlaysOf(state, node).length > 0 || jobOn(state, node) !== undefined;
  if (isBelow) throw new QapiError('Need a root block node');
  return node;
}

/** A node by its own name, devices not counting. @throws QapiError in QEMU's words */
export function findNode(state: BlockState, name: string): ImageNode {
  return lookUp(state, undefined, name);
}

/** The image below `top` that a file name means: as an image above it stores the name, as it was opened, or the same place. */
export function findBackingImage(state: BlockState, top: ImageNode, filename: string): ImageNode | undefined {
  for (const overlay of chainOf(state, top.name)) {
    const backing = belowOf(state, overlay);
    if (backing === undefined) continue;
    if (overlay.storedBacking === filename || backing.filename === filename) return backing;
    if (resolve(dirname(overlay.filename), filename) === resolve(backing.filename)) return backing;
  }
  return undefined;
}

/** The nodes whose backing image `node` is. */
export function overlaysOf(state: BlockState, node: ImageNode): ImageNode[] {
  return [...state.nodes.values()].filter(({ below }) => below === node.name);
}

/** How messages name a node: by its device, where it is one's medium. */
export function deviceOrNodeName(state: BlockState, node: ImageNode): string {
  return state.devices.find(({ name, root }) => root === node.name && name !== '')?.name ?? node.name;
}

export function jobOn(state: BlockState, node: ImageNode): RunningJob | undefined {
  return state.jobs.find(({ nodes }) => nodes.includes(node.name));
}

/** Refuses what a job on the node, or, unless it `mayBeBelow`, an overlay forbids. @throws QapiError in QEMU's words */
export function checkFree(state: BlockState, node: ImageNode, { mayBeBelow = false } = {}): void {
  const job = jobOn(state, node);
  const busy = (reason: string): QapiError => new QapiError(`Node '${deviceOrNodeName(state, node)}' is busy: ${reason}`);
  if (job !== undefined) throw busy(`block device is in use by block job: ${job.type}`);
  const overlay = overlaysOf(state, node).find((one) => !isFilter(one));
  if (overlay !== undefined && !mayBeBelow) throw busy(`node is used as backing hd of '${deviceOrNodeName(state, overlay)}'`);
}

/** The state with some nodes new or changed. */
export function withNodes(state: BlockState, ...changed: readonly ImageNode[]): BlockState {
  const nodes = new Map(state.nodes);
  for (const node of changed) nodes.set(node.name, node);
  return { ...state, nodes };
}

/** The state in which everybody who used `from` uses `to`. */
export function withUsersMoved(state: BlockState, from: string, to: string): BlockState {
  const nodes = new Map([...state.nodes].map(([name, node]) => [name, node.below === from && name !== to ? { ...node, below: to } : node]));
  return { ...state, nodes, devices: state.devices.map((device) => (device.root === from ? { ...device, root: to } : device)) };
}

/** The state without nodes that have done their duty. */
export function withoutNodes(state: BlockState, gone: readonly ImageNode[]): BlockState {
  const nodes = new Map(state.nodes);
  for (const { name } of gone) nodes.delete(name);
  return { ...state, nodes };
}

/** A name for a node that the far end will name by itself. */
export function makeName(state: BlockState): string {
  for (let number = 1; ; number++) {
    const name = `#new${number}`;
    if (!state.nodes.has(name)) return name;
  }
}
