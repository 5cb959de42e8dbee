import { described, enumeration, int, struct } from '../schema.ts';
import type { Infer } from '../schema.ts';

/** How far a memory dump is. */
export const dumpQueryResult = struct('DumpQueryResult', {
  status: enumeration('DumpStatus', ['none', 'active', 'completed', 'failed']),
  completed: described(int, 'bytes written'),
  total: described(int, 'bytes in all'),
});

export type DumpQueryResult = Infer<typeof dumpQueryResult>;
