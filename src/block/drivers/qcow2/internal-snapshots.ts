import type { NewSnapshot } from '../../driver.ts';
import { IoError } from '../../io-error.ts';
import { clustersFor } from './geometry.ts';
import type { ImageState } from './image-state.ts';
import { L1Table } from './l1-table.ts';
import { switchMetadata } from './metadata-switch.ts';
import { formatSnapshot } from './snapshot-entry.ts';
import { referencesToAdd, referencesToDrop } from './snapshot-references.ts';
import type { Snapshot } from './snapshot-table.ts';
import { readSnapshotL1 } from './snapshot-table.ts';

const MAX_SNAPSHOTS = 65536;

/** Keeps the guest disk as it is now under a name. */
export async function createSnapshot(image: ImageState, request: NewSnapshot): Promise<void> {
  if (image.snapshots.length >= MAX_SNAPSHOTS) throw new IoError('EFBIG', 'metadata');
  await alone(image, async () => {
    const { l1, header, overlap } = image;
    const changes = await referencesToAdd(image);
    const taken = { l1TableOffset: l1.size === 0 ? 0 : l1.hostOffset, l1Size: l1.size };
    const snapshot = { ...request, id: nextId(image), ...taken, vmStateSize: 0, diskSize: header.size };
    const kept = new L1Table(l1.hostOffset, l1.bytes);
    await switchMetadata(image, { changes, keepsTables: true, snapshots: [...image.snapshots, { ...snapshot, entry: formatSnapshot(snapshot) }] });
    overlap.addArea('inactive-l1', snapshot.l1TableOffset, snapshot.l1Size * 8);
    await guardTables(image, 'addTable', kept);
  });
}

/** Forgets a snapshot, and then what only it referred to. */
export async function deleteSnapshot(image: ImageState, id: string): Promise<void> {
  const snapshot = image.snapshots.find((candidate) => candidate.id === id);
  if (snapshot === undefined) throw new IoError('ENOENT', 'metadata');
  await alone(image, async () => {
    const { geometry, release, overlap } = image;
    const l1 = await snapshotL1(image, snapshot);
    const { changes, last } = await referencesToDrop(image, l1);
    await switchMetadata(image, { changes, keepsTables: false, snapshots: image.snapshots.filter((other) => other !== snapshot) });
    for (const cluster of last) release.drop(cluster, 1, 'snapshot');
    release.drop(snapshot.l1TableOffset / geometry.clusterSize, clustersFor(snapshot.l1Size * 8, geometry), 'snapshot');
    overlap.setArea('inactive-l1', 0, 0);
    for (const other of image.snapshots) overlap.addArea('inactive-l1', other.l1TableOffset, other.l1Size * 8);
    await guardTables(image, 'removeTable', l1);
    for (const other of image.snapshots) await guardTables(image, 'addTable', other);
    await image.writeBack.run();
  });
}

/** Runs work with no request under way and nothing left to write. */
async function alone(image: ImageState, work: () => Promise<void>): Promise<void> {
  const hold = await image.locks.acquire(0, Number.MAX_SAFE_INTEGER, 'exclusive');
  try {
    await image.writeBack.run();
    await work();
    await image.file.flush();
  } finally {
    hold.release();
  }
}

function nextId({ snapshots }: ImageState): string {
  return String(1 + Math.max(0, ...snapshots.map(({ id }) => Number.parseInt(id, 10) || 0)));
}

const snapshotL1 = async ({ file, geometry }: ImageState, snapshot: Snapshot): Promise<L1Table> =>
  new L1Table(snapshot.l1TableOffset, await readSnapshotL1(file, snapshot, geometry.clusterSize));

/** Tells the overlap check of a snapshot's L2 tables, if it guards such. */
async function guardTables(image: ImageState, change: 'addTable' | 'removeTable', of: L1Table | Snapshot): Promise<void> {
  if (!image.overlap.isGuarded('inactive-l2')) return;
  const l1 = of instanceof L1Table ? of : await snapshotL1(image, of);
  for (let i = 0; i < l1.size; i++) if (l1.l2Offset(i) !== 0) image.overlap[change]('inactive-l2', l1.l2Offset(i));
}
