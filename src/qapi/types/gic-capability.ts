import { bool, described, int, struct } from '../schema.ts';
import type { Infer } from '../schema.ts';

/** Who can provide an interrupt controller of this version. */
export const gicCapability = struct('GICCapability', {
  version: int,
  emulated: described(bool, 'QEMU can'),
  kernel: described(bool, 'the kernel can'),
});

export type GICCapability = Infer<typeof gicCapability>;
