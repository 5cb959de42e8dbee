import { QapiError } from '../qapi/qapi-error.ts';

/** The limits of a throttle group, by the names of BlockDeviceInfo: `bps_rd`, `iops_max`, `bps_max_length` ... */
export type ThrottleLimits = Readonly<Record<string, number>>;

export interface Throttle {
  readonly group: string;
  readonly limits: ThrottleLimits;
}

const PREFIX = 'throttling.';
const LARGEST = 1_000_000_000_000_000;
const SIDES = { total: '', read: '_rd', write: '_wr' } as const;

/** `-drive` key -> BlockDeviceInfo member. */
const MEMBERS: Readonly<Record<string, string>> = Object.fromEntries(['bps', 'iops'].flatMap((kind) =>
  Object.entries(SIDES).flatMap(([side, short]) => [
    [`${kind}-${side}`, `${kind}${short}`],
    [`${kind}-${side}-max`, `${kind}${short}_max`],
    [`${kind}-${side}-max-length`, `${kind}${short}_max_length`],
  ])));

/** Whether a `-drive` key is about throttling and known. */
export function isThrottleKey(key: string): boolean {
  const name = key.slice(PREFIX.length);
  return key.startsWith(PREFIX) && (name in MEMBERS || name === 'iops-size' || name === 'group');
}

/** The throttling that a drive's options ask for; undefined when no limit is set. @throws QapiError in QEMU's words */
export function parseThrottle(options: Readonly<Record<string, unknown>>, driveName: string): Throttle | undefined {
  const limits: Record<string, number> = {};
  for (const [key, value] of Object.entries(options)) {
    const member = MEMBERS[key.slice(PREFIX.length)] ?? (key === `${PREFIX}iops-size` ? 'iops_size' : undefined);
    if (key.startsWith(PREFIX) && member !== undefined) limits[member] = Number(value);
  }
  checkLimits(limits);
  if (!Object.values(limits).some((value) => value > 0)) return undefined;
  const group = options[`${PREFIX}group`];
  return { group: typeof group === 'string' ? group : driveName, limits };
}

function checkLimits(limits: ThrottleLimits): void {
  for (const suffix of ['', '_max']) {
    for (const kind of ['bps', 'iops']) {
      const split = (limits[`${kind}_rd${suffix}`] ?? 0) > 0 || (limits[`${kind}_wr${suffix}`] ?? 0) > 0;
      if ((limits[kind + suffix] ?? 0) > 0 && split) {
        throw new QapiError('bps/iops/max total values and read/write values cannot be used at the same time');
      }
    }
  }
  for (const value of Object.values(limits)) {
    if (!(value >= 0 && value <= LARGEST)) throw new QapiError(`bps/iops/max values must be within [0, ${LARGEST}]`);
  }
}
