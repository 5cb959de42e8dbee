import { described, int, struct } from '../schema.ts';
import type { Infer } from '../schema.ts';

const rate = (what: string) => described(int, `${what} a second`);
const burst = (what: string) => described(int, `burst: ${what} a second`);
const length = described(int, 'seconds that the burst may last');

/** The limits of a throttle-group object. */
export const throttleLimitsOfGroup = struct('ThrottleLimits', {
  '*iops-total': rate('requests'),
  '*iops-total-max': burst('requests'),
  '*iops-total-max-length': length,
  '*iops-read': rate('reads'),
  '*iops-read-max': burst('reads'),
  '*iops-read-max-length': length,
  '*iops-write': rate('writes'),
  '*iops-write-max': burst('writes'),
  '*iops-write-max-length': length,
  '*bps-total': rate('bytes'),
  '*bps-total-max': burst('bytes'),
  '*bps-total-max-length': length,
  '*bps-read': rate('bytes read'),
  '*bps-read-max': burst('bytes read'),
  '*bps-read-max-length': length,
  '*bps-write': rate('bytes written'),
  '*bps-write-max': burst('bytes written'),
  '*bps-write-max-length': length,
  '*iops-size': described(int, 'a request of n times this many bytes counts as n'),
});

const { members } = throttleLimitsOfGroup;

/** Properties of a throttle-group object: its limits in one object, or each by itself behind `x-`. */
export const throttleGroupProperties = struct('ThrottleGroupProperties', {
  '*limits': throttleLimitsOfGroup,
  ...Object.fromEntries(Object.entries(members).map(([name, type]) => [`*x-${name.slice(1)}`, type])) as Record<`*x-${string}`, typeof int>,
});

export type ThrottleGroupProperties = Infer<typeof throttleGroupProperties>;
