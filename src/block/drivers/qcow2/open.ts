import { QapiError } from '../../../qapi/qapi-error.ts';
import type { BlockIo } from '../../driver.ts';
import { IoError } from '../../io-error.ts';
import { readBitmapDirectory } from './bitmap-directory.ts';
import { extensionsEnd, readBackingName, readHeader } from './check-header.ts';
import { ClusterAllocation } from './cluster-allocation.ts';
import { ClusterMap } from './cluster-map.ts';
import { ClusterRelease } from './cluster-release.ts';
import { CompressedSpace } from './compressed-space.ts';
import { Corruption } from './corruption.ts';
import type { Geometry } from './geometry.ts';
import { geometryOf } from './geometry.ts';
import { parseHeaderExtensions } from './header-extensions.ts';
import type { Header } from './header.ts';
import { INCOMPATIBLE } from './header.ts';
import { ImageFile } from './image-file.ts';
import type { ImageState } from './image-state.ts';
import { L1Table } from './l1-table.ts';
import { MetadataCache, REFCOUNT_BLOCK } from './metadata-cache.ts';
import type { Qcow2Options, Settings } from './options.ts';
import { settingsOf } from './options.ts';
import { OverlapCheck } from './overlap-check.ts';
import { Refcounts } from './refcount.ts';
import { repairRefcounts } from './repair-refcounts.ts';
import { RequestLocks } from './request-locks.ts';
import type { Snapshot } from './snapshot-table.ts';
import { readSnapshotL1, readSnapshotTable } from './snapshot-table.ts';
import { WriteBack } from './write-back.ts';

const MAX_CLUSTER = 2 * 2 ** 20;
const FIRST_READ = 65536;

export interface OpenOptions {
  readonly file: BlockIo;
  readonly options: Qcow2Options;
  readonly readOnly: boolean;
  readonly unmap: boolean;
}

/**
 * Opens an image: reads and checks all that is not read on demand; repairs refcounts that were left dirty.
 * @throws QapiError in QEMU's words when the image cannot be used; nothing was written then
 */
export async function openImage({ file: io, options, readOnly, unmap }: OpenOptions): Promise<ImageState> {
  const file = new ImageFile(io);
  const { header, firstCluster } = readHeader(await readHead(file).catch(failing('Could not read qcow2 header')), readOnly);
  const l1Bytes = await file.readBytes(header.l1TableOffset, header.l1Size * 8).catch(failing('Could not read L1 table'));
  const settings = settingsOf(options, header, unmap);
  const tableBytes = await readRefcountTable(file, header).catch(failing('Could not initialize refcount handling'));
  const extensions = parseHeaderExtensions(firstCluster, header.headerLength, extensionsEnd(header));
  const backingFilename = readBackingName(header, firstCluster);
  const { snapshots, length } = await readSnapshotTable(file, header);
  const bitmaps = await readBitmapDirectory(file, header, extensions.bitmaps, geometryOf(header));
  const state = assemble({
    header, file, settings, readOnly, l1Bytes, tableBytes,
    rest: { extensions, backingFilename, snapshots, bitmaps },
  });
  await guardMetadata(state, length);
  if (!readOnly && (header.incompatibleFeatures & INCOMPATIBLE.dirty) !== 0n) await repair(state);
  return state;
}

async function readRefcountTable(file: ImageFile, header: Header): Promise<Buffer> {
  if (file.raise !== undefined) await file.raise('reftable_load');
  return file.readBytes(header.refcountTableOffset, header.refcountTableClusters * 2 ** header.clusterBits);
}

/** Says which part of the image could not be read. */
function failing(what: string): (cause: unknown) => never {
  return (cause) => {
    throw cause instanceof IoError ? new QapiError(`${what}: ${cause.message}`, { cause }) : cause;
  };
}

async function repair(state: ImageState): Promise<void> {
  try {
    await repairRefcounts(state);
  } catch (cause) {
    throw new QapiError(`Could not repair dirty image: ${strerrorOf(cause)}`, { cause });
  }
}

function strerrorOf(cause: unknown): string {
  return cause instanceof IoError ? cause.message : new IoError('EIO', 'metadata').message;
}

/** The first cluster or, where the cluster size is out of range, as much as tells so. */
async function readHead(file: ImageFile): Promise<Buffer> {
  const head = await file.readBytes(0, Math.min(file.length, FIRST_READ));
  const clusterBits = head.length >= 24 ? head.readUInt32BE(20) : 0;
  const wanted = Math.min(file.length, clusterBits <= 21 ? 2 ** clusterBits : 0, MAX_CLUSTER);
  return wanted > head.length ? file.readBytes(0, wanted) : head;
}

interface Ingredients {
  readonly header: Header;
  readonly file: ImageFile;
  readonly settings: Settings;
  readonly readOnly: boolean;
  readonly l1Bytes: Buffer;
  readonly tableBytes: Buffer;
  readonly rest: Pick<ImageState, 'extensions' | 'backingFilename' | 'snapshots' | 'bitmaps'>;
}

function assemble({ header, file, settings, readOnly, l1Bytes, tableBytes, rest }: Ingredients): ImageState {
  const geometry = geometryOf(header);
  const corruption = new Corruption(file, header, readOnly);
  const overlap = new OverlapCheck(geometry.clusterSize, readOnly ? new Set() : settings.guarded);
  const l1 = new L1Table(header.l1TableOffset, l1Bytes);
  const l2 = new MetadataCache(file, geometry.clusterSize, settings.l2Tables);
  const blocks = new MetadataCache(file, geometry.clusterSize, settings.refcountBlocks, REFCOUNT_BLOCK);
  const refcounts = new Refcounts({ hostOffset: header.refcountTableOffset, bytes: tableBytes }, { geometry, blocks, corruption, overlap });
  const allocation = new ClusterAllocation(refcounts, geometry, { file, corruption, overlap });
  const release = new ClusterRelease(refcounts, allocation, { file, geometry, passDiscard: settings.passDiscard });
  const compressedSpace = new CompressedSpace(refcounts, allocation, geometry);
  release.onFree = (cluster) => {
    compressedSpace.forget(cluster);
    // A table that was there may be in memory still, and what comes there next need not come through a cache.
    for (const cache of [l2, blocks]) cache.drop(cluster * geometry.clusterSize);
  };
  allocation.onTableLeft = (cluster, count) => release.drop(cluster, count, 'other');
  const map = new ClusterMap({ file, geometry, l1, l2, allocation, release, overlap, corruption });
  const writeBack = new WriteBack({ file, header, refcounts, l1, l2, release, overlap, corruption }, geometry.clusterSize);
  return {
    ...rest, header, geometry, settings, file, backing: undefined, readOnly, corruption, overlap, l1, l2, refcounts, allocation, release,
    compressedSpace, map, writeBack, locks: new RequestLocks(),
  };
}

/** Tells the overlap check where the metadata lies. */
async function guardMetadata(state: ImageState, snapshotTableLength: number): Promise<void> {
  const { overlap, header, geometry, l1, refcounts, snapshots } = state;
  if (state.readOnly) return;
  overlap.setArea('main-header', 0, geometry.clusterSize);
  overlap.setArea('active-l1', l1.hostOffset, l1.bytes.length);
  overlap.setArea('refcount-table', refcounts.hostOffset, refcounts.bytes.length);
  overlap.setArea('snapshot-table', header.snapshotsOffset, snapshotTableLength);
  overlap.setArea('bitmap-directory', state.bitmaps.offset, state.bitmaps.length);
  for (const snapshot of snapshots) overlap.addArea('inactive-l1', snapshot.l1TableOffset, snapshot.l1Size * 8);
  for (let i = 0; i < l1.size; i++) if (l1.l2Offset(i) !== 0) overlap.addTable('active-l2', l1.l2Offset(i));
  for (let i = 0; i < refcounts.size; i++) if (refcounts.blockOffset(i) !== 0) overlap.addTable('refcount-block', refcounts.blockOffset(i));
  if (!overlap.isGuarded('inactive-l2')) return;
  for (const snapshot of snapshots) await guardSnapshot(state, snapshot, geometry);
}

async function guardSnapshot({ file, overlap }: ImageState, snapshot: Snapshot, { clusterSize }: Geometry): Promise<void> {
  const table = new L1Table(snapshot.l1TableOffset, await readSnapshotL1(file, snapshot, clusterSize));
  for (let i = 0; i < table.size; i++) if (table.l2Offset(i) !== 0) overlap.addTable('inactive-l2', table.l2Offset(i));
}
