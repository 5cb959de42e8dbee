import { onlyAsks } from '../only-asks.ts';
import type { AllowLevel } from './allow-level.ts';

type Arguments = Readonly<Record<string, unknown>>;

/** Commands that ask although their names do not say so; `abort` is an action of transactions that does nothing but fail. */
const observing: ReadonlySet<string> = new Set(['x-debug-block-dirty-bitmap-sha256', 'abort']);

/** What running block devices takes; where one of them would lose something, its effect tells, and more is needed. */
export const operating: ReadonlySet<string> = new Set([
  // jobs
  'block-job-cancel', 'block-job-complete', 'block-job-dismiss', 'block-job-finalize', 'block-job-pause', 'block-job-resume',
  'block-job-set-speed', 'job-cancel', 'job-complete', 'job-dismiss', 'job-finalize', 'job-pause', 'job-resume',
  'block-stream', 'block-commit', 'blockdev-backup', 'blockdev-mirror', 'drive-backup', 'drive-mirror',
  // media
  'eject', 'blockdev-open-tray', 'blockdev-close-tray', 'blockdev-remove-medium', 'blockdev-insert-medium', 'blockdev-change-medium',
  'x-blockdev-remove-medium', 'x-blockdev-insert-medium', 'block_passwd',
  // nodes
  'blockdev-add', 'blockdev-del', 'x-blockdev-del', 'blockdev-reopen', 'block_resize',
  // snapshots and bitmaps
  'blockdev-snapshot', 'blockdev-snapshot-sync', 'blockdev-snapshot-internal-sync', 'snapshot-save',
  'block-dirty-bitmap-add', 'block-dirty-bitmap-enable', 'block-dirty-bitmap-disable', 'block-dirty-bitmap-merge',
  // limits and watching
  'block_set_io_throttle', 'block-latency-histogram-set', 'block-set-write-threshold',
  // exports that are read
  'block-export-add', 'block-export-del', 'nbd-server-start', 'nbd-server-stop', 'nbd-server-add', 'nbd-server-remove',
  // the machine's pulse
  'stop', 'cont',
  // what they travel in; each action needs its own level
  'transaction',
]);

/** Whoever may write to an export can do everything to its data. */
const isWritableExport = (command: string, { writable }: Arguments) =>
  (command === 'block-export-add' || command === 'nbd-server-add') && writable !== undefined && writable !== false;

/** What a QMP command needs by its name and arguments alone; a command that is not known here needs `full`. */
export function commandLevel(command: string, args: Arguments = {}): AllowLevel {
  if (onlyAsks(command) || observing.has(command)) return 'observe';
  return operating.has(command) && !isWritableExport(command, args) ? 'operate' : 'full';
}
