import type { BlockIo } from '../../driver.ts';
import type { BitmapDirectory } from './bitmap-directory.ts';
import type { ClusterAllocation } from './cluster-allocation.ts';
import type { ClusterMap } from './cluster-map.ts';
import type { ClusterRelease } from './cluster-release.ts';
import type { CompressedSpace } from './compressed-space.ts';
import type { Corruption } from './corruption.ts';
import type { Geometry } from './geometry.ts';
import type { HeaderExtensions } from './header-extensions.ts';
import type { Header } from './header.ts';
import type { ImageFile } from './image-file.ts';
import type { L1Table } from './l1-table.ts';
import type { MetadataCache } from './metadata-cache.ts';
import type { Settings } from './options.ts';
import type { OverlapCheck } from './overlap-check.ts';
import type { Refcounts } from './refcount.ts';
import type { RequestLocks } from './request-locks.ts';
import type { Snapshot } from './snapshot-table.ts';
import type { WriteBack } from './write-back.ts';

/** The parts of one open image, as its operations (read, write, deallocate, truncate ...) share them. */
export interface ImageState {
  readonly header: Header;
  extensions: HeaderExtensions;
  backingFilename: string | undefined;
  snapshots: readonly Snapshot[];
  /** The dirty bitmaps as they are stored. */
  bitmaps: BitmapDirectory;
  readonly geometry: Geometry;
  readonly settings: Settings;
  readonly file: ImageFile;
  backing: BlockIo | undefined;
  readonly readOnly: boolean;
  readonly corruption: Corruption;
  readonly overlap: OverlapCheck;
  readonly l1: L1Table;
  /** The cache of L2 tables. */
  readonly l2: MetadataCache;
  readonly refcounts: Refcounts;
  readonly allocation: ClusterAllocation;
  readonly release: ClusterRelease;
  readonly compressedSpace: CompressedSpace;
  readonly map: ClusterMap;
  readonly writeBack: WriteBack;
  readonly locks: RequestLocks;
}

/** Numbers of the guest clusters that hold the first and the last of `length` bytes at `offset`. */
export function guestClusters({ clusterSize }: Geometry, offset: number, length: number): { first: number; last: number } {
  return { first: Math.floor(offset / clusterSize), last: Math.floor((offset + Math.max(length, 1) - 1) / clusterSize) };
}
