import type { SnapshotFacts } from '../block/driver.ts';
import type { BlockNode } from '../block/node.ts';
import type { ImageInfoSpecific } from '../qapi/types/image-info-specific.ts';
import type { ImageInfo } from '../qapi/types/image-info.ts';
import type { SnapshotInfo } from '../qapi/types/snapshot-info.ts';

/** An image and the chain below it, as query-block and qemu-img info tell them. */
export async function imageInfo(node: BlockNode): Promise<ImageInfo> {
  const facts = node.image.facts();
  const { backing } = node;
  return {
    filename: node.filename,
    format: node.driver.name,
    'virtual-size': node.io.length,
    'actual-size': await allocatedBytes(node),
    'cluster-size': facts.clusterSize,
    'dirty-flag': facts.dirty ?? false,
    ...(facts.encrypted && { encrypted: true }),
    ...(facts.compressed && { compressed: true }),
    ...(facts.backingFilename !== undefined && {
      'backing-filename': facts.backingFilename,
      'full-backing-filename': backing?.filename ?? facts.backingFilename,
      'backing-filename-format': facts.backingFormat,
    }),
    ...(facts.snapshots?.length && { snapshots: facts.snapshots.map(snapshotInfo) }),
    ...(facts.formatSpecific && { 'format-specific': facts.formatSpecific as unknown as ImageInfoSpecific }),
    ...(backing && { 'backing-image': await imageInfo(backing) }),
  };
}

/** Bytes that the image takes on the host: of the protocol node below, which may have none to tell. */
async function allocatedBytes(node: BlockNode): Promise<number | undefined> {
  if (node.image.allocatedBytes) return node.image.allocatedBytes();
  return node.file && allocatedBytes(node.file);
}

const NS_PER_S = 1_000_000_000n;

function snapshotInfo(snapshot: SnapshotFacts): SnapshotInfo {
  return {
    id: snapshot.id, name: snapshot.name, 'vm-state-size': snapshot.vmStateSize,
    'date-sec': snapshot.dateSeconds, 'date-nsec': snapshot.dateNanoseconds,
    'vm-clock-sec': Number(snapshot.vmClockNanoseconds / NS_PER_S), 'vm-clock-nsec': Number(snapshot.vmClockNanoseconds % NS_PER_S),
  };
}
