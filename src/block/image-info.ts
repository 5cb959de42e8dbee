import { storedBacking } from './filename.ts';
import { exact } from '../qapi/size-text.ts';
import type { ImageInfoSpecific } from '../qapi/types/image-info-specific.ts';
import type { ImageInfo } from '../qapi/types/image-info.ts';
import type { SnapshotInfo } from '../qapi/types/snapshot-info.ts';
import type { SnapshotFacts } from './driver.ts';
import type { BlockNode } from './node.ts';
import { snapshotHolder } from './snapshot-holder.ts';

/** An image, and the chain below it unless `flat`, as query-block and qemu-img info tell them. */
export async function imageInfo(node: BlockNode, options: { flat?: boolean } = {}): Promise<ImageInfo> {
  const facts = node.image.facts();
  const info: ImageInfo = { filename: node.filename, format: node.driver.name, 'virtual-size': exact(BigInt(node.io.length)) };
  const actual = await allocatedBytes(node);
  const dirty = dirtyFlag(node);
  if (actual !== undefined) info['actual-size'] = actual;
  const clusterSize = clusterSizeOf(node);
  if (clusterSize !== undefined) info['cluster-size'] = clusterSize;
  if (dirty !== undefined) info['dirty-flag'] = dirty;
  if (facts.encrypted === true) info.encrypted = true;
  if (facts.compressed === true) info.compressed = true;
  addBacking(info, node);
  const snapshots = snapshotsOf(node);
  if (snapshots.length > 0) info.snapshots = snapshots;
  if (facts.formatSpecific !== undefined) info['format-specific'] = facts.formatSpecific as unknown as ImageInfoSpecific;
  const below = node.filtered ?? node.backing;
  if (below !== undefined && options.flat !== true) info['backing-image'] = await imageInfo(below);
  return info;
}

/** The internal snapshots that a node shows, which may lie in an image below it. */
export function snapshotsOf(node: BlockNode): SnapshotInfo[] {
  return snapshotHolder(node)?.image.facts().snapshots?.map(snapshotInfo) ?? [];
}

/** Bytes that the image takes on the host, all its files but the backing image's; undefined when a file does not know. */
export async function allocatedBytes(node: BlockNode): Promise<number | undefined> {
  if (node.image.allocatedBytes !== undefined) return node.image.allocatedBytes();
  // To QEMU they are protocols that cannot tell.
  if (node.driver.filenameOf !== undefined) return undefined;
  let total = 0;
  for (const [slot, child] of node.children) {
    const bytes = slot === 'backing' ? 0 : await allocatedBytes(child);
    if (bytes === undefined) return undefined;
    total += bytes;
  }
  return total;
}

function clusterSizeOf(node: BlockNode): number | undefined {
  const below = passedOn(node);
  return below === undefined ? node.image.facts().clusterSize : clusterSizeOf(below);
}

/** Drivers without such a flag say nothing. */
function dirtyFlag(node: BlockNode): boolean | undefined {
  const below = passedOn(node);
  return below === undefined ? node.image.facts().dirty : dirtyFlag(below);
}

/** The node that a filter, or one of plain bytes, asks about its image. */
function passedOn(node: BlockNode): BlockNode | undefined {
  return node.filtered ?? (node.driver.passesThrough === true ? node.file : undefined);
}

function addBacking(info: ImageInfo, node: BlockNode): void {
  const { backingFilename, backingFormat } = node.image.facts();
  const full = storedBacking(node);
  if (full === undefined) return;
  info['backing-filename'] = backingFilename;
  info['full-backing-filename'] = full;
  if (backingFormat !== undefined && backingFormat !== '') info['backing-filename-format'] = backingFormat;
}

const NS_PER_SECOND = 1_000_000_000n;

function snapshotInfo(snapshot: SnapshotFacts): SnapshotInfo {
  return {
    id: snapshot.id,
    name: snapshot.name,
    'vm-state-size': snapshot.vmStateSize,
    'date-sec': snapshot.dateSeconds,
    'date-nsec': snapshot.dateNanoseconds,
    'vm-clock-sec': Number(snapshot.vmClockNanoseconds / NS_PER_SECOND),
    'vm-clock-nsec': Number(snapshot.vmClockNanoseconds % NS_PER_SECOND),
    ...(snapshot.icount === undefined ? {} : { icount: exact(snapshot.icount) }),
  };
}
