import { bool, described, enumeration, int, naming, str, struct } from '../schema.ts';
import type { Infer } from '../schema.ts';
import { blockDeviceIoStatus } from './block-info.ts';

/** What a job does. The last five are not block jobs of a device; later versions have them. */
export const blockJobType = enumeration('BlockJobType', [
  'commit', 'stream', 'mirror', 'backup', 'create', 'amend', 'snapshot-load', 'snapshot-save', 'snapshot-delete',
]);

export const jobStatus = enumeration('JobStatus', [
  'undefined', 'created', 'running', 'paused', 'ready', 'standby', 'waiting', 'pending', 'aborting', 'concluded', 'null',
]);

export type JobStatus = Infer<typeof jobStatus>;

/** A block job. */
export const blockJobInfo = struct('BlockJobInfo', {
  type: str,
  device: described(naming('job'), 'the job id, which is the device name unless another was given'),
  len: described(int, 'where offset will end; may grow'),
  offset: described(int, 'work done, in bytes'),
  busy: described(bool, 'it has I/O under way'),
  paused: described(bool, 'paused or about to be'),
  speed: described(int, 'limit in bytes per second, 0 for none'),
  'io-status': blockDeviceIoStatus,
  ready: described(bool, 'can be completed'),
  '*status': described(jobStatus, 'state of the job'),
  '*auto-finalize': described(bool, 'it takes effect without being told'),
  '*auto-dismiss': described(bool, 'it vanishes when it is over'),
  '*error': described(str, 'why it failed'),
});

export type BlockJobInfo = Infer<typeof blockJobInfo>;
