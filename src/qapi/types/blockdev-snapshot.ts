import { described, naming, str, struct } from '../schema.ts';
import type { Infer } from '../schema.ts';
import { newImageMode } from './blockdev-enums.ts';

/** A new overlay on a device or node, created on the spot. */
export const blockdevSnapshotSync = struct('BlockdevSnapshotSync', {
  '*device': described(naming('device'), 'device to snapshot (or say node-name)'),
  '*node-name': described(naming('node'), 'node to snapshot'),
  'snapshot-file': described(naming('file'), 'file of the new overlay'),
  '*snapshot-node-name': described(str, 'name of the overlay\'s node'),
  '*format': described(naming('format'), 'format of the overlay; qcow2 by default'),
  '*mode': described(newImageMode, 'create the overlay, or use one that exists'),
});
export type BlockdevSnapshotSync = Infer<typeof blockdevSnapshotSync>;

/** An existing node becomes the overlay of another. */
export const blockdevSnapshot = struct('BlockdevSnapshot', {
  node: described(naming('device-or-node'), 'node to snapshot'),
  overlay: described(naming('node'), 'node that goes on top, without a backing image of its own'),
});
export type BlockdevSnapshot = Infer<typeof blockdevSnapshot>;

/** A snapshot inside the image. */
export const blockdevSnapshotInternal = struct('BlockdevSnapshotInternal', {
  device: described(naming('device-or-node'), 'device to snapshot'),
  name: described(str, 'tag of the new snapshot'),
});
export type BlockdevSnapshotInternal = Infer<typeof blockdevSnapshotInternal>;
