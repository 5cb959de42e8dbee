import { enumeration, struct, union } from '../schema.ts';
import type { Struct } from '../schema.ts';
import { blockDirtyBitmap, blockDirtyBitmapAdd, blockDirtyBitmapMerge } from './block-dirty-info.ts';
import { blockdevBackup, driveBackup } from './block-job-arguments.ts';
import { blockdevSnapshot, blockdevSnapshotInternal, blockdevSnapshotSync } from './blockdev-snapshot.ts';

const data: Record<string, Struct<unknown>> = {
  abort: struct('Abort', {}),
  'block-dirty-bitmap-add': blockDirtyBitmapAdd,
  'block-dirty-bitmap-clear': blockDirtyBitmap,
  'block-dirty-bitmap-disable': blockDirtyBitmap,
  'block-dirty-bitmap-enable': blockDirtyBitmap,
  'block-dirty-bitmap-merge': blockDirtyBitmapMerge,
  'block-dirty-bitmap-remove': blockDirtyBitmap,
  'blockdev-backup': blockdevBackup,
  'blockdev-snapshot': blockdevSnapshot,
  'blockdev-snapshot-internal-sync': blockdevSnapshotInternal,
  'blockdev-snapshot-sync': blockdevSnapshotSync,
  'drive-backup': driveBackup,
};

const wrapped = Object.entries(data).map(([type, struct_]) => [type, struct(`${struct_.name}Wrapper`, { data: struct_ })] as const);

/** One step of a transaction: the name of a command and its arguments. */
export interface TransactionAction {
  type: string;
  data: Readonly<Record<string, unknown>>;
}

export const transactionAction = union<TransactionAction>({
  name: 'TransactionAction',
  base: { type: enumeration('TransactionActionKind', Object.keys(data)) },
  discriminator: 'type',
  branches: Object.fromEntries(wrapped),
});

/** How the jobs of a transaction end: each by itself, or all or none. */
export const transactionProperties = struct('TransactionProperties', {
  '*completion-mode': enumeration('ActionCompletionMode', ['individual', 'grouped']),
});
