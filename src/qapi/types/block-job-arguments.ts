import { bool, described, enumeration, int, naming, str, struct, uint32 } from '../schema.ts';
import type { Infer } from '../schema.ts';
import { blockdevOnError, mirrorSyncMode, newImageMode } from './blockdev-enums.ts';

/** Members that the commands which start block jobs share. */
export const newJob = {
  '*job-id': described(str, 'name of the new job; the device name by default'),
  device: described(naming('device-or-node'), 'device or root node to work on'),
} as const;

const speed = described(int, 'limit in bytes per second; 0 for none');

/** Later versions: whether a finished job takes effect and vanishes without being told. */
export const jobEnd = {
  '*auto-finalize': described(bool, 'take effect when done without being told'),
  '*auto-dismiss': described(bool, 'vanish when over without being told'),
} as const;

const errors = {
  '*on-source-error': described(blockdevOnError, 'when a read from the source fails'),
  '*on-target-error': described(blockdevOnError, 'when a write to the target fails'),
} as const;

const target = described(naming('file'), 'file or device to copy to');
const format = described(naming('format'), 'format of the target; that of the source by default');
const mode = described(newImageMode, 'create the target, or use one that exists');

const backup = {
  sync: described(mirrorSyncMode, 'what to copy'),
  '*speed': speed,
  '*bitmap': described(naming('bitmap'), 'dirty bitmap that says what to copy'),
  '*bitmap-mode': described(enumeration('BitmapSyncMode', ['on-success', 'never', 'always']), 'when the bitmap is cleared'),
  '*compress': described(bool, 'write compressed, where the format can'),
  ...errors,
  ...jobEnd,
  '*filter-node-name': described(str, 'name of the filter node that the job inserts'),
} as const;

/** Arguments of `drive-backup`. The order of members is the order in which QEMU finds fault with them. */
export const driveBackup = struct('DriveBackup', { ...newJob, ...backup, target, '*format': format, '*mode': mode });
export type DriveBackup = Infer<typeof driveBackup>;

const targetNode = described(naming('device-or-node'), 'node to copy to');

/** Arguments of `blockdev-backup`. */
export const blockdevBackup = struct('BlockdevBackup', { ...newJob, ...backup, target: targetNode });
export type BlockdevBackup = Infer<typeof blockdevBackup>;

const replaces = described(naming('node'), 'node to replace when the job completes');
const sync = described(mirrorSyncMode, 'what to copy');

const mirror = {
  '*speed': speed,
  '*granularity': described(uint32, 'bytes per bit of the job\'s dirty bitmap'),
  '*buf-size': described(int, 'bytes under way at once'),
  ...errors,
} as const;

const copyMode = described(enumeration('MirrorCopyMode', ['background', 'write-blocking']), 'when new writes reach the target');

/** Arguments of `drive-mirror`. */
export const driveMirror = struct('DriveMirror', {
  ...newJob,
  target,
  '*format': format,
  '*node-name': described(str, 'name of the target\'s node'),
  '*replaces': replaces,
  sync,
  '*mode': mode,
  ...mirror,
  '*unmap': described(bool, 'discard on the target what is zero in the source'),
  '*copy-mode': copyMode,
  ...jobEnd,
});
export type DriveMirror = Infer<typeof driveMirror>;

/** Arguments of `blockdev-mirror`. */
export const blockdevMirror = struct('BlockdevMirror', {
  ...newJob,
  target: targetNode,
  '*replaces': replaces,
  sync,
  ...mirror,
  '*filter-node-name': described(str, 'name of the filter node that the job inserts'),
  '*copy-mode': copyMode,
  ...jobEnd,
});
export type BlockdevMirror = Infer<typeof blockdevMirror>;
