import { findRun, peekRun } from './find-run.ts';
import type { ImageState } from './image-state.ts';
import { l2Table } from './l2-table.ts';
import { hex } from './refcount.ts';

/** What is to be done for a piece of a write. */
export interface WriteRun {
  /** 'in-place' and 'reserved' clusters belong to this image alone; 'reserved' ones read as zero so far. */
  readonly kind: 'in-place' | 'reserved' | 'allocate';
  /** Bytes. */
  readonly length: number;
  /** Bytes in the file; 0 when the place is still to be found. */
  readonly hostOffset: number;
}

/** How to write the first bytes at guest `offset`, at most `length`. The caller holds the clusters. */
export async function findWriteRun(image: ImageState, offset: number, length: number): Promise<WriteRun> {
  for (;;) {
    const run = peekWriteRun(image, offset, length);
    if (run !== undefined) return run;
    const l1Index = Math.floor(offset / image.geometry.l2Coverage);
    if (image.map.peek(l1Index) === undefined) await image.map.load(l1Index);
    else {
      const damage = ownDamage(image, offset);
      if (damage !== undefined) throw await image.corruption.fatal('write', damage);
      await findRun(image, offset, length);
    }
  }
}

/** What keeps a write from going where an entry of this image's own says, in QEMU's words. */
function ownDamage(image: ImageState, offset: number): string | undefined {
  const { l2Coverage, clusterSize } = image.geometry;
  const bytes = image.map.peekOwn(Math.floor(offset / l2Coverage))?.bytes;
  const index = Math.floor((offset % l2Coverage) / clusterSize);
  if (bytes === undefined || !isOwned(bytes, index)) return undefined;
  const host = l2Table.hostOffset(bytes, index);
  const kind = l2Table.kind(bytes, index) === 'data' ? 'Data' : 'Preallocated zero';
  return host % clusterSize === 0 ? undefined : `${kind} cluster offset ${hex(host)} unaligned (guest offset: ${hex(offset)})`;
}

/** The same from memory; undefined when the L2 table must be loaded or is damaged. */
export function peekWriteRun(image: ImageState, offset: number, length: number): WriteRun | undefined {
  const { l2Coverage, clusterSize } = image.geometry;
  const l1Index = Math.floor(offset / l2Coverage);
  const limit = Math.min(length, l2Coverage - (offset % l2Coverage));
  const run = peekRun(image, offset, limit);
  if (typeof run !== 'object') return undefined;
  const table = image.map.peekOwn(l1Index);
  if (table === undefined) return { kind: 'allocate', length: limit, hostOffset: 0 };
  const { bytes } = table;
  const first = Math.floor((offset % l2Coverage) / clusterSize);
  const measure = (goesOn: (index: number) => boolean): number => {
    let covered = clusterSize - (offset % clusterSize);
    for (let index = first + 1; covered < limit && goesOn(index); index++) covered += clusterSize;
    return Math.min(covered, limit);
  };
  if (!isOwned(bytes, first)) return { kind: 'allocate', length: measure((index) => !isOwned(bytes, index)), hostOffset: 0 };
  const owned = measure((index) => isOwned(bytes, index));
  return { kind: run.kind === 'data' ? 'in-place' : 'reserved', length: Math.min(run.length, owned), hostOffset: run.hostOffset };
}

/** Whether an entry has a host cluster that nothing else refers to. */
function isOwned(bytes: Buffer, index: number): boolean {
  const kind = l2Table.kind(bytes, index);
  return (kind === 'data' || kind === 'reserved') && l2Table.isCopied(bytes, index);
}
