import { QapiError } from '../qapi/qapi-error.ts';
import type { BlockInfo } from '../qapi/types/block-info.ts';
import type { SnapshotInfo } from '../qapi/types/snapshot-info.ts';
import type { HmpLookup } from './define-hmp-command.ts';
import { HmpError } from './hmp-error.ts';

/** A disk that the guest may write to, with the snapshots inside its image. */
export interface SnapshotDisk {
  /** The drive's name; '' for a device without one. */
  readonly name: string;
  /** What commands call it: the drive, or the node that the device shows. */
  readonly root: string;
  readonly canSnapshot: boolean;
  readonly snapshots: readonly SnapshotInfo[];
}

/** The disks that snapshots of the whole machine are about. */
export async function snapshotDisks({ execute }: Pick<HmpLookup, 'execute'>): Promise<SnapshotDisk[]> {
  const blocks = (await execute('query-block')) as BlockInfo[];
  return blocks.flatMap(({ device: name, inserted }) => {
    if (inserted === undefined || inserted.ro) return [];
    const root = name || (inserted['node-name'] ?? '');
    return [{ name, root, canSnapshot: inserted.drv === 'qcow2', snapshots: inserted.image.snapshots ?? [] }];
  });
}

/** Snapshots of the whole machine need every disk to take part. @throws QapiError in QEMU's words */
export function checkCanSnapshot(disks: readonly SnapshotDisk[]): void {
  const without = disks.find(({ canSnapshot }) => !canSnapshot);
  if (without !== undefined) throw new QapiError(`Device '${without.name}' is writable but does not support snapshots`);
}

/** The first disk that can keep snapshots. @throws HmpError in QEMU's words */
export function firstThatCan(disks: readonly SnapshotDisk[]): SnapshotDisk {
  const first = disks.find(({ canSnapshot }) => canSnapshot);
  if (first === undefined) throw new HmpError('unavailable', 'No available block device supports snapshots');
  return first;
}
