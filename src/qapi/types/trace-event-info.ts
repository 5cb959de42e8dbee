import { bool, described, enumeration, str, struct } from '../schema.ts';
import type { Infer } from '../schema.ts';

export const traceEventInfo = struct('TraceEventInfo', {
  name: str,
  state: enumeration('TraceEventState', ['unavailable', 'disabled', 'enabled']),
  vcpu: described(bool, 'there is one per virtual CPU'),
});

export type TraceEventInfo = Infer<typeof traceEventInfo>;
