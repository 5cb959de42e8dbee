import { IoError } from '../../io-error.ts';
import { bitmapPlaces } from './bitmap-table.ts';
import { compressedClusters } from './compressed.ts';
import { clustersFor } from './geometry.ts';
import type { ImageState } from './image-state.ts';
import { L1Table } from './l1-table.ts';
import { L2_ENTRY, l2Table } from './l2-table.ts';
import { readSnapshotL1, readSnapshotTable } from './snapshot-table.ts';

/** A file of more clusters is not repaired: counting would take too much memory. */
const MAX_CLUSTERS = 2 ** 28;

/**
 * Counts how often the metadata refers to each cluster of the file, as the refcounts should say it.
 * @throws IoError EIO when metadata refers to places that cannot be, EFBIG when the file is too large to count
 */
export async function countReferences(image: ImageState): Promise<Uint32Array> {
  const clusters = clustersFor(image.file.length, image.geometry);
  if (clusters > MAX_CLUSTERS) throw new IoError('EFBIG', 'metadata');
  const counter = new ReferenceCounter(image, clusters);
  await counter.countAll();
  return counter.counts;
}

class ReferenceCounter {
  readonly counts: Uint32Array;
  readonly #image: ImageState;

  constructor(image: ImageState, clusters: number) {
    this.#image = image;
    this.counts = new Uint32Array(clusters);
  }

  async countAll(): Promise<void> {
    const { geometry, refcounts, l1, snapshots, bitmaps, file, header } = this.#image;
    this.#add(0, geometry.clusterSize);
    this.#add(refcounts.hostOffset, refcounts.bytes.length);
    for (let i = 0; i < refcounts.size; i++) if (refcounts.blockOffset(i) !== 0) this.#addTable(refcounts.blockOffset(i));
    await this.#addL1(l1);
    const { length } = await readSnapshotTable(file, header);
    this.#add(header.snapshotsOffset, length);
    this.#add(bitmaps.offset, bitmaps.length);
    for (const entry of bitmaps.entries) for (const { offset, length } of await bitmapPlaces(this.#image, entry)) this.#add(offset, length);
    for (const snapshot of snapshots) {
      await this.#addL1(new L1Table(snapshot.l1TableOffset, await readSnapshotL1(file, snapshot, geometry.clusterSize)));
    }
  }

  async #addL1(l1: L1Table): Promise<void> {
    const { file, geometry } = this.#image;
    this.#add(l1.hostOffset, l1.bytes.length);
    for (let i = 0; i < l1.size; i++) {
      const offset = l1.l2Offset(i);
      if (offset === 0) continue;
      this.#addTable(offset);
      this.#addL2(await file.readBytes(offset, geometry.clusterSize));
    }
  }

  #addL2(bytes: Buffer): void {
    for (let index = 0; index < bytes.length / L2_ENTRY; index++) {
      const kind = l2Table.kind(bytes, index);
      if (kind === 'data' || kind === 'reserved') this.#addTable(l2Table.hostOffset(bytes, index));
      if (kind !== 'compressed') continue;
      const { first, last } = compressedClusters(l2Table.raw(bytes, index), this.#image.geometry);
      for (let cluster = first; cluster <= last; cluster++) this.#addCluster(cluster);
    }
  }

  #addTable(offset: number): void {
    if (offset % this.#image.geometry.clusterSize !== 0) throw new IoError('EIO', 'metadata');
    this.#add(offset, this.#image.geometry.clusterSize);
  }

  #add(offset: number, length: number): void {
    const { clusterSize } = this.#image.geometry;
    for (let at = offset; at < offset + length; at += clusterSize) this.#addCluster(Math.floor(at / clusterSize));
  }

  #addCluster(cluster: number): void {
    if (cluster >= this.counts.length) throw new IoError('EIO', 'metadata');
    (this.counts[cluster] as number)++;
  }
}
