import type { ImageState } from './image-state.ts';
import type { ClusterKind } from './l2-table.ts';
import { l2Table } from './l2-table.ts';
import type { CachedTable } from './metadata-cache.ts';
import { hex } from './refcount.ts';

/** Guest bytes of one kind, contiguous in the file where they are data; never beyond one L2 table's reach. */
export interface GuestRun {
  readonly kind: ClusterKind;
  /** Bytes. */
  readonly length: number;
  /** Where the run begins in the file ('data' and 'reserved'). */
  readonly hostOffset: number;
  /** The L2 entry ('compressed', whose runs stay within one cluster). */
  readonly entry: bigint;
}

interface Place {
  readonly image: ImageState;
  readonly table: CachedTable;
  readonly index: number;
  /** Bytes. */
  readonly inCluster: number;
  readonly length: number;
}

/** The first run at guest `offset`, at most `length` bytes long. The caller holds the clusters (see request-locks). */
export async function findRun(image: ImageState, offset: number, length: number): Promise<GuestRun> {
  for (;;) {
    const run = peekRun(image, offset, length);
    if (typeof run === 'object') return run;
    if (run !== undefined) throw await image.corruption.fatal('metadata', run);
    await image.map.load(Math.floor(offset / image.geometry.l2Coverage));
  }
}

/** The same from memory: undefined when the L2 table must be loaded, a text when the entry is damaged. */
export function peekRun(image: ImageState, offset: number, length: number): GuestRun | string | undefined {
  const { l2Coverage, clusterSize } = image.geometry;
  const l1Index = Math.floor(offset / l2Coverage);
  const inTable = Math.min(length, (l1Index + 1) * l2Coverage - offset);
  const table = image.map.peek(l1Index);
  if (table === undefined) return undefined;
  if (table === 'absent') return { kind: 'unallocated', length: inTable, hostOffset: 0, entry: 0n };
  const index = Math.floor((offset % l2Coverage) / clusterSize);
  return measureRun({ image, table, index, inCluster: offset % clusterSize, length: inTable });
}

function measureRun(place: Place): GuestRun | string {
  const { image, table: { bytes }, index, inCluster, length } = place;
  const { clusterSize } = image.geometry;
  const kind = l2Table.kind(bytes, index);
  const damage = damageOf(place, kind);
  if (damage !== undefined) return damage;
  if (kind === 'compressed') {
    return { kind, length: Math.min(length, clusterSize - inCluster), hostOffset: 0, entry: l2Table.raw(bytes, index) };
  }
  const isPlaced = kind === 'data' || kind === 'reserved';
  const host = isPlaced ? l2Table.hostOffset(bytes, index) : 0;
  let covered = clusterSize - inCluster;
  for (let next = index + 1; covered < length && l2Table.kind(bytes, next) === kind; next++) {
    if (isPlaced && l2Table.hostOffset(bytes, next) !== host + (next - index) * clusterSize) break;
    covered += clusterSize;
  }
  return { kind, length: Math.min(covered, length), hostOffset: isPlaced ? host + inCluster : 0, entry: 0n };
}

/** What is wrong with an L2 entry, in QEMU's words. */
function damageOf({ image, table, index }: Place, kind: ClusterKind): string | undefined {
  if (kind === 'unallocated' || kind === 'compressed') return undefined;
  const where = (): string => `(L2 offset: ${hex(table.hostOffset)}, L2 index: ${hex(index)})`;
  if (image.geometry.version === 2 && kind !== 'data') return `Zero cluster entry found in pre-v3 image ${where()}`;
  if (kind === 'zero') return undefined;
  const host = l2Table.hostOffset(table.bytes, index);
  if (host % image.geometry.clusterSize === 0) return undefined;
  return `Cluster allocation offset ${hex(host)} unaligned ${where()}`;
}
