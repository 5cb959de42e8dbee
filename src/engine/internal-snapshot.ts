import { snapshotsOf } from '../block/image-info.ts';
import { snapshotHolder } from '../block/snapshot-holder.ts';
import { QapiError } from '../qapi/qapi-error.ts';
import type { BlockdevSnapshotInternal } from '../qapi/types/blockdev-snapshot.ts';
import type { SnapshotInfo } from '../qapi/types/snapshot-info.ts';
import type { Engine } from './engine.ts';
import { findTopNode } from './find-top-node.ts';

/** A snapshot to delete: at least one of id and name. */
export interface SnapshotChoice {
  readonly device: string;
  readonly id?: string | undefined;
  readonly name?: string | undefined;
}

/** Takes a snapshot inside the image of a device and says which; the guest's requests wait. @throws QapiError, IoError */
export async function takeInternalSnapshot({ device, name }: BlockdevSnapshotInternal, engine: Engine): Promise<SnapshotInfo> {
  const node = findTopNode(device, engine);
  node.checkNotBlocked('internal-snapshot');
  if (node.readOnly) throw new QapiError(`Device '${device}' is read only`);
  const holder = snapshotHolder(node);
  if (holder === undefined) {
    throw new QapiError(`Block format '${node.driver.name}' used by device '${device}' does not support internal snapshots`);
  }
  if (name === '') throw new QapiError('Name is empty');
  if (snapshotsOf(node).some((snapshot) => snapshot.name === name)) {
    throw new QapiError(`Snapshot with name '${name}' already exists on device '${device}'`);
  }
  const now = Date.now();
  await node.drained(() => holder.image.createSnapshot!({
    name: cut(name), dateSeconds: Math.floor(now / 1000), dateNanoseconds: (now % 1000) * 1_000_000,
    vmClockNanoseconds: BigInt(Math.round(performance.now() * 1e6)),
  }));
  return snapshotsOf(node).at(-1)!;
}

/** Deletes a snapshot inside the image of a device and says what it was. @throws QapiError, IoError */
export async function deleteInternalSnapshot({ device, id, name }: SnapshotChoice, engine: Engine): Promise<SnapshotInfo> {
  const node = findTopNode(device, engine);
  if (id === undefined && name === undefined) throw new QapiError('Name or id must be provided');
  node.checkNotBlocked('internal-snapshot-delete');
  const holder = snapshotHolder(node);
  if (holder === undefined) throw new QapiError('Failed to get a snapshot list: Operation not supported');
  const found = snapshotsOf(node).find((one) => (id === undefined || one.id === id) && (name === undefined || one.name === name));
  if (found === undefined) {
    throw new QapiError(`Snapshot with id '${id ?? 'null'}' and name '${name ?? 'null'}' does not exist on device '${device}'`);
  }
  if (node.readOnly) throw new QapiError('Failed to remove snapshot from snapshot list: Operation not permitted');
  await node.drained(() => holder.image.deleteSnapshot!(found.id));
  return found;
}

/** QEMU keeps this many bytes of a snapshot's name. */
const LONGEST_NAME = 255;

/** What is kept of a name: whole characters. */
function cut(name: string): string {
  const { read } = new TextEncoder().encodeInto(name, new Uint8Array(LONGEST_NAME));
  return name.slice(0, read);
}
