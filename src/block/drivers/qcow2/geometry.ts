import type { Header } from './header.ts';

/** Sizes that follow from the header and never change while an image is open. */
export interface Geometry {
  readonly version: 2 | 3;
  readonly clusterBits: number;
  /** Bytes. */
  readonly clusterSize: number;
  /** Entries in one L2 table. */
  readonly l2Entries: number;
  /** Guest bytes that one L2 table describes. */
  readonly l2Coverage: number;
  readonly refcountBits: number;
  /** Entries in one refcount block. */
  readonly refcountBlockEntries: number;
}

export function geometryOf(header: Pick<Header, 'version' | 'clusterBits' | 'refcountOrder'>): Geometry {
  const clusterSize = 2 ** header.clusterBits;
  const refcountBits = 2 ** header.refcountOrder;
  return {
    version: header.version,
    clusterBits: header.clusterBits,
    clusterSize,
    l2Entries: clusterSize / 8,
    l2Coverage: clusterSize * (clusterSize / 8),
    refcountBits,
    refcountBlockEntries: (clusterSize * 8) / refcountBits,
  };
}

/** How many clusters hold `bytes`. */
export function clustersFor(bytes: number, geometry: Pick<Geometry, 'clusterSize'>): number {
  return Math.ceil(bytes / geometry.clusterSize);
}

/** How many L1 entries describe a guest disk of `size` bytes. */
export function l1EntriesFor(size: number, geometry: Pick<Geometry, 'l2Coverage'>): number {
  return Math.ceil(size / geometry.l2Coverage);
}
