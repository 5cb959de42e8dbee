import * as fs from 'node:fs';
import { appendNode, removeOverlay } from '../block/append-node.ts';
import { BlockBackend } from '../block/backend.ts';
import { closeToWriters } from '../block/close-to-writers.ts';
import { protocolOf } from '../block/filename.ts';
import { combine } from '../block/permissions.ts';
import type { BlockNode } from '../block/node.ts';
import { QapiError } from '../qapi/qapi-error.ts';
import type { BlockdevSnapshot, BlockdevSnapshotSync } from '../qapi/types/blockdev-snapshot.ts';
import type { Engine } from './engine.ts';

/** A snapshot that is taken and can still be undone; one of the two ends it. */
export interface ExternalSnapshot {
  keep(): Promise<void>;
  undo(): Promise<void>;
}

/** An overlay that is open, and what has to go when it is not used after all. */
interface Overlay {
  readonly node: BlockNode;
  readonly createdFile?: string;
}

/** Puts an overlay on a device or node that is made for it. @throws QapiError when it is refused; nothing is left of it then */
export async function snapshotToFile(args: BlockdevSnapshotSync, engine: Engine): Promise<ExternalSnapshot> {
  const below = engine.graph.lookUp(args.device, args['node-name']);
  return takeSnapshot(below, engine, () => openOverlay(args, below, engine));
}

/** Puts a node that is there on top of another. @throws QapiError when it is refused; nothing has changed then */
export async function snapshotToNode({ node, overlay }: BlockdevSnapshot, engine: Engine): Promise<ExternalSnapshot> {
  const below = engine.graph.findRoot(node);
  return takeSnapshot(below, engine, async () => ({ node: await engine.graph.open(overlay) }));
}

async function takeSnapshot(below: BlockNode, { graph }: Engine, open: () => Promise<Overlay>): Promise<ExternalSnapshot> {
  below.checkNotBlocked('external-snapshot');
  await flush(below);
  const overlay = await open();
  const discard = async (): Promise<void> => {
    await graph.release(overlay.node);
    if (overlay.createdFile !== undefined) fs.rmSync(overlay.createdFile, { force: true });
  };
  try {
    checkOverlay(overlay.node);
    await appendNode(overlay.node, below);
  } catch (error) {
    await discard();
    throw error;
  }
  return {
    keep: async () => {
      await closeToWriters(below);
      await graph.release(overlay.node);
    },
    undo: async () => {
      await removeOverlay(overlay.node, below);
      await discard();
    },
  };
}

async function flush(node: BlockNode): Promise<void> {
  try {
    await node.io.flush();
  } catch (cause) {
    throw new QapiError('An IO error has occurred', { cause });
  }
}

/** Nobody may take the overlay for a complete image yet, and it must be able to have a backing image. */
function checkOverlay(node: BlockNode): void {
  const isRead = combine(node.claims.values()).needs.includes('consistent read');
  if (isRead || [...node.parents].some((parent) => parent instanceof BlockBackend)) throw new QapiError('The overlay is already in use');
  if (node.backing !== undefined) throw new QapiError('The overlay already has a backing image');
  if (node.driver.role === 'filter') throw new QapiError('Filters cannot be used as overlays');
  if (node.image.setBacking === undefined) throw new QapiError('The overlay does not support backing images');
}

async function openOverlay(args: BlockdevSnapshotSync, below: BlockNode, { graph }: Engine): Promise<Overlay> {
  const { 'snapshot-file': filename, 'snapshot-node-name': nodeName, format = 'qcow2', mode } = args;
  if (args['node-name'] !== undefined && nodeName === undefined) throw new QapiError('New overlay node-name missing');
  if (nodeName !== undefined) {
    if (graph.find(nodeName) !== undefined || graph.backends.get(nodeName)?.root !== undefined) {
      throw new QapiError('New overlay node-name already in use');
    }
    graph.checkNewName(nodeName);
  }
  const createdFile = mode === 'existing' ? undefined : await createOverlay({ filename, format }, below, graph);
  try {
    const node = await graph.openFile(filename, {
      format, nodeName, readOnly: below.readOnly, autoReadOnly: below.options.autoReadOnly, backing: null,
      discard: below.options.discard, cache: below.options.cache,
    });
    return { node, createdFile };
  } catch (error) {
    if (createdFile !== undefined) fs.rmSync(createdFile, { force: true });
    throw error;
  }
}

/** The file's path, if it was not there before. */
async function createOverlay(
  { filename, format }: { filename: string; format: string }, below: BlockNode, graph: Engine['graph'],
): Promise<string | undefined> {
  const path = protocolOf(filename) === 'file' ? filename.slice('file:'.length) : filename;
  const existed = fs.existsSync(path);
  await graph.createImage({ filename, format, size: below.io.length, backing: { filename: below.filename, format: below.driver.name } });
  return existed ? undefined : path;
}
