import { QapiError } from '../../../qapi/qapi-error.ts';
import type { SnapshotFacts } from '../../driver.ts';
import { IoError } from '../../io-error.ts';
import type { Header } from './header.ts';
import type { ImageFile } from './image-file.ts';

/** Bytes of an entry before its variable part. */
const FIXED = 40;
const MAX_TABLE_BYTES = 1024 * 65536;
const MAX_EXTRA_DATA = 1024;

/** One internal snapshot, as the snapshot table has it. */
export interface Snapshot extends SnapshotFacts {
  readonly l1TableOffset: number;
  /** Entries. */
  readonly l1Size: number;
  /** Bytes of the guest disk when the snapshot was made. */
  readonly diskSize: number;
  /** The bytes of its table entry, those included that this driver does not know. */
  readonly entry: Buffer;
}

/**
 * Reads the snapshot table.
 * @throws QapiError in QEMU's words when it is damaged
 */
export async function readSnapshotTable(file: ImageFile, header: Header): Promise<{ snapshots: Snapshot[]; length: number }> {
  const snapshots: Snapshot[] = [];
  let offset = header.snapshotsOffset;
  for (let i = 0; i < header.snapshotCount; i++) {
    offset = Math.ceil(offset / 8) * 8;
    const fixed = await file.readBytes(offset, FIXED);
    const extraLength = fixed.readUInt32BE(36);
    if (extraLength > MAX_EXTRA_DATA) throw new QapiError(`Too much extra metadata in snapshot table entry ${i}`);
    const rest = await file.readBytes(offset + FIXED, extraLength + fixed.readUInt16BE(12) + fixed.readUInt16BE(14));
    snapshots.push(parseSnapshot(fixed, rest, header));
    offset += FIXED + rest.length;
    if (offset - header.snapshotsOffset > MAX_TABLE_BYTES) throw new QapiError('Snapshot table is too big');
  }
  return { snapshots, length: offset - header.snapshotsOffset };
}

function parseSnapshot(fixed: Buffer, rest: Buffer, header: Header): Snapshot {
  const extraLength = fixed.readUInt32BE(36);
  const idLength = fixed.readUInt16BE(12);
  const vmStateSize = extraLength >= 8 ? rest.readBigUInt64BE(0) : BigInt(fixed.readUInt32BE(32));
  return {
    id: rest.toString('utf8', extraLength, extraLength + idLength),
    name: rest.toString('utf8', extraLength + idLength),
    vmStateSize: Number(vmStateSize),
    dateSeconds: fixed.readUInt32BE(16),
    dateNanoseconds: fixed.readUInt32BE(20),
    vmClockNanoseconds: fixed.readBigUInt64BE(24),
    l1TableOffset: Number(fixed.readBigUInt64BE(0)),
    l1Size: fixed.readUInt32BE(8),
    diskSize: extraLength >= 16 ? Number(rest.readBigUInt64BE(8)) : header.size,
    entry: Buffer.concat([fixed, rest]),
  };
}

/**
 * Reads a snapshot's L1 table.
 * @throws IoError EIO when its place or size makes no sense
 */
export async function readSnapshotL1(file: ImageFile, snapshot: Snapshot, clusterSize: number): Promise<Buffer> {
  const { l1TableOffset, l1Size } = snapshot;
  if (l1Size > 2 ** 22 || l1TableOffset % clusterSize !== 0 || l1TableOffset > Number.MAX_SAFE_INTEGER - l1Size * 8) {
    throw new IoError('EIO', 'metadata');
  }
  return file.readBytes(l1TableOffset, l1Size * 8);
}
