import type { NewSnapshot } from '../../driver.ts';
import { IoError } from '../../io-error.ts';
import { clustersFor } from './geometry.ts';
import { FIELD, INCOMPATIBLE } from './header.ts';
import type { ImageState } from './image-state.ts';
import { L1Table } from './l1-table.ts';
import { formatSnapshot, formatSnapshotTable } from './snapshot-entry.ts';
import { addReferences, eachReference, referencesToAdd, updateCopiedFlags } from './snapshot-references.ts';
import type { Snapshot } from './snapshot-table.ts';
import { readSnapshotL1 } from './snapshot-table.ts';

const MAX_SNAPSHOTS = 65536;

/**
 * Keeps the guest disk as it is now under a name. Counts go up before the snapshot is in the table, so that an
 * interruption leaves leaks, and flags that the dirty bit has the next opening put right.
 */
export async function createSnapshot(image: ImageState, request: NewSnapshot): Promise<void> {
  if (image.snapshots.length >= MAX_SNAPSHOTS) throw new IoError('EFBIG', 'metadata');
  await alone(image, () => referencesToAdd(image), async (added) => {
    await addReferences(image, added);
    await updateCopiedFlags(image);
    await image.writeBack.run();
    const snapshot = { ...request, id: nextId(image), ...(await copyL1(image)), vmStateSize: 0, diskSize: image.header.size };
    await replaceTable(image, [...image.snapshots, { ...snapshot, entry: formatSnapshot(snapshot) }]);
    image.overlap.addArea('inactive-l1', snapshot.l1TableOffset, snapshot.l1Size * 8);
    await guardTables(image, 'addTable', image.l1);
  });
}

/** Forgets a snapshot. It leaves the table first, then the counts go down: an interruption leaves leaks. */
export async function deleteSnapshot(image: ImageState, id: string): Promise<void> {
  const snapshot = image.snapshots.find((candidate) => candidate.id === id);
  if (snapshot === undefined) throw new IoError('ENOENT', 'metadata');
  await alone(image, () => snapshotL1(image, snapshot), async (l1) => {
    const { geometry, release, overlap } = image;
    await replaceTable(image, image.snapshots.filter((other) => other !== snapshot));
    await eachReference(image, l1, (cluster, count) => release.drop(cluster, count, 'snapshot'));
    release.drop(snapshot.l1TableOffset / geometry.clusterSize, clustersFor(snapshot.l1Size * 8, geometry), 'snapshot');
    await image.writeBack.run();
    await updateCopiedFlags(image);
    overlap.setArea('inactive-l1', 0, 0);
    for (const other of image.snapshots) overlap.addArea('inactive-l1', other.l1TableOffset, other.l1Size * 8);
    await guardTables(image, 'removeTable', l1);
    for (const other of image.snapshots) await guardTables(image, 'addTable', other);
  });
}

/** Runs `look`, which may refuse, and `change` with no request under way and nothing left to write; the image is marked dirty while it changes. */
async function alone<T>(image: ImageState, look: () => Promise<T>, change: (seen: T) => Promise<void>): Promise<void> {
  const hold = await image.locks.acquire(0, Number.MAX_SAFE_INTEGER, 'exclusive');
  try {
    await image.writeBack.run();
    const seen = await look();
    await setDirty(image, true);
    await change(seen);
    await image.writeBack.run();
    await setDirty(image, false);
  } finally {
    hold.release();
  }
}

/** Version 2 has no dirty bit. */
async function setDirty({ header, file }: ImageState, isDirty: boolean): Promise<void> {
  await file.flush();
  if (header.version === 2) return;
  header.incompatibleFeatures = isDirty ? header.incompatibleFeatures | INCOMPATIBLE.dirty : header.incompatibleFeatures & ~INCOMPATIBLE.dirty;
  const bits = Buffer.alloc(8);
  bits.writeBigUInt64BE(header.incompatibleFeatures);
  await file.write(FIELD.incompatibleFeatures, bits);
  await file.flush();
}

function nextId({ snapshots }: ImageState): string {
  return String(1 + Math.max(0, ...snapshots.map(({ id }) => Number.parseInt(id, 10) || 0)));
}

/** The active L1 table, a second time; its "copied" flags are all off. */
async function copyL1({ l1, geometry, allocation, writeBack, file }: ImageState): Promise<{ l1TableOffset: number; l1Size: number }> {
  if (l1.size === 0) return { l1TableOffset: 0, l1Size: 0 };
  const { hostOffset } = await allocation.allocateContiguous(clustersFor(l1.bytes.length, geometry));
  await writeBack.run();
  await file.write(hostOffset, padded(l1.bytes, geometry.clusterSize));
  return { l1TableOffset: hostOffset, l1Size: l1.size };
}

/** Writes the table to a new place, lets the header point there, and gives up the old place. */
async function replaceTable(image: ImageState, snapshots: readonly Snapshot[]): Promise<void> {
  const { header, geometry, file, overlap } = image;
  const former = { offset: header.snapshotsOffset, clusters: clustersFor(formatSnapshotTable(image.snapshots).length, geometry) };
  const table = formatSnapshotTable(snapshots);
  let offset = 0;
  if (table.length > 0) {
    offset = (await image.allocation.allocateContiguous(clustersFor(table.length, geometry))).hostOffset;
    await image.writeBack.run();
    await file.write(offset, padded(table, geometry.clusterSize));
  }
  await file.flush();
  const fields = Buffer.alloc(12);
  fields.writeUInt32BE(snapshots.length);
  fields.writeBigUInt64BE(BigInt(offset), 4);
  await file.write(FIELD.snapshotCount, fields);
  await file.flush();
  Object.assign(header, { snapshotCount: snapshots.length, snapshotsOffset: offset });
  image.snapshots = snapshots;
  overlap.setArea('snapshot-table', offset, table.length);
  if (former.clusters > 0) image.release.drop(former.offset / geometry.clusterSize, former.clusters, 'snapshot');
}

const snapshotL1 = async ({ file, geometry }: ImageState, snapshot: Snapshot): Promise<L1Table> =>
  new L1Table(snapshot.l1TableOffset, await readSnapshotL1(file, snapshot, geometry.clusterSize));

/** Tells the overlap check of a snapshot's L2 tables, if it guards such. */
async function guardTables(image: ImageState, change: 'addTable' | 'removeTable', of: L1Table | Snapshot): Promise<void> {
  if (!image.overlap.isGuarded('inactive-l2')) return;
  const l1 = of instanceof L1Table ? of : await snapshotL1(image, of);
  for (let i = 0; i < l1.size; i++) if (l1.l2Offset(i) !== 0) image.overlap[change]('inactive-l2', l1.l2Offset(i));
}

function padded(bytes: Buffer, clusterSize: number): Buffer {
  return Buffer.concat([bytes, Buffer.alloc((clusterSize - (bytes.length % clusterSize)) % clusterSize)]);
}
