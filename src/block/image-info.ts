import { storedBacking } from './filename.ts';
import { exact } from '../qapi/size-text.ts';
import type { ImageInfoSpecific } from '../qapi/types/image-info-specific.ts';
import type { ImageInfo } from '../qapi/types/image-info.ts';
import type { SnapshotInfo } from '../qapi/types/snapshot-info.ts';
import type { SnapshotFacts } from './driver.ts';
import type { BlockNode } from './node.ts';

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
  if (facts.snapshots !== undefined && facts.snapshots.length > 0) info.snapshots = facts.snapshots.map(snapshotInfo);
  if (facts.formatSpecific !== undefined) info['format-specific'] = facts.formatSpecific as unknown as ImageInfoSpecific;
  const below = node.filtered ?? node.backing;
  if (below !== undefined && options.flat !== true) info['backing-image'] = await imageInfo(below);
  return info;
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

/** A filter's is that of what it filters. */
function clusterSizeOf(node: BlockNode): number | undefined {
  return node.filtered === undefined ? node.image.facts().clusterSize : clusterSizeOf(node.filtered);
}

/** Drivers without such a flag say nothing; plain bytes ask their file. */
function dirtyFlag(node: BlockNode): boolean | undefined {
  const below = node.filtered ?? (node.driver.passesThrough === true ? node.file : undefined);
  return below === undefined ? node.image.facts().dirty : dirtyFlag(below);
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
