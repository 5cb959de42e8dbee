import { described, int, naming } from '../schema.ts';
import { blockJobType } from './block-job-info.ts';

/** What the events about a block job say of it. */
export const blockJobProgress = {
  type: blockJobType,
  device: described(naming('job'), 'the job id'),
  len: described(int, 'bytes in all'),
  offset: described(int, 'bytes done'),
  speed: described(int, 'limit in bytes per second, 0 for none'),
};
