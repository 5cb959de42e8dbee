import { described, int, str, struct } from '../schema.ts';
import type { Infer } from '../schema.ts';

/** One internal snapshot of an image. */
export const snapshotInfo = struct('SnapshotInfo', {
  id: described(str, 'unique within the image'),
  name: described(str, 'the tag its maker gave it'),
  'vm-state-size': described(int, 'bytes of saved machine state'),
  'date-sec': described(int, 'when it was taken, seconds since 1970 in UTC'),
  'date-nsec': described(int, 'nanoseconds past date-sec'),
  'vm-clock-sec': described(int, 'guest time since boot, seconds'),
  'vm-clock-nsec': described(int, 'nanoseconds past vm-clock-sec'),
  '*icount': described(int, 'instructions executed so far, when the machine counts them'),
});

export type SnapshotInfo = Infer<typeof snapshotInfo>;
