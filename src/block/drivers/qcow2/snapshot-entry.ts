import type { Snapshot } from './snapshot-table.ts';

const FIXED = 40;
const EXTRA = 24;
/** No instruction counter. */
const NO_ICOUNT = 2n ** 64n - 1n;

/** The bytes of a snapshot table entry for a new snapshot. */
export function formatSnapshot(snapshot: Omit<Snapshot, 'entry'>): Buffer {
  const id = Buffer.from(snapshot.id);
  const name = Buffer.from(snapshot.name);
  const fixed = Buffer.alloc(FIXED + EXTRA);
  fixed.writeBigUInt64BE(BigInt(snapshot.l1TableOffset), 0);
  fixed.writeUInt32BE(snapshot.l1Size, 8);
  fixed.writeUInt16BE(id.length, 12);
  fixed.writeUInt16BE(name.length, 14);
  fixed.writeUInt32BE(snapshot.dateSeconds, 16);
  fixed.writeUInt32BE(snapshot.dateNanoseconds, 20);
  fixed.writeBigUInt64BE(snapshot.vmClockNanoseconds, 24);
  fixed.writeUInt32BE(0, 32);
  fixed.writeUInt32BE(EXTRA, 36);
  fixed.writeBigUInt64BE(BigInt(snapshot.vmStateSize), FIXED);
  fixed.writeBigUInt64BE(BigInt(snapshot.diskSize), FIXED + 8);
  fixed.writeBigUInt64BE(snapshot.icount ?? NO_ICOUNT, FIXED + 16);
  return Buffer.concat([fixed, id, name]);
}

/** A whole table: each entry begins at a multiple of 8 bytes. */
export function formatSnapshotTable(snapshots: readonly Snapshot[]): Buffer {
  const last = snapshots.at(-1)?.entry;
  return Buffer.concat(snapshots.flatMap(({ entry }) => [entry, Buffer.alloc(entry === last ? 0 : (8 - (entry.length % 8)) % 8)]));
}
