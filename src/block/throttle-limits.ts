import { QapiError } from '../qapi/qapi-error.ts';

/** What a group may do, by the names of BlockDeviceInfo: `bps_rd`, `iops_max`, `bps_max_length`, `iops_size`. What is absent is not limited. */
export type ThrottleLimits = Readonly<Record<string, number | bigint>>;

/** The six rates that can be limited. */
export const THROTTLED_RATES = ['bps', 'bps_rd', 'bps_wr', 'iops', 'iops_rd', 'iops_wr'] as const;

const LARGEST = 1_000_000_000_000_000;

/** A rate with its burst: units a second, units a second while it lasts, seconds. */
export interface RateLimit {
  readonly average: number;
  readonly max: number;
  readonly burstSeconds: number;
}

/** One rate of the limits; 0 is none. */
export function rateLimit(limits: ThrottleLimits, rate: string): RateLimit {
  const numberOf = (name: string, missing: number) => Number(limits[name] ?? missing);
  return { average: numberOf(rate, 0), max: numberOf(`${rate}_max`, 0), burstSeconds: numberOf(`${rate}_max_length`, 1) };
}

/** Whether any rate is limited. */
export function isLimiting(limits: ThrottleLimits): boolean {
  return THROTTLED_RATES.some((rate) => rateLimit(limits, rate).average !== 0);
}

/** Refuses limits that make no sense together. @throws QapiError in QEMU's words, for the same fault that QEMU finds first */
export function checkThrottleLimits(limits: ThrottleLimits): void {
  const isSet = (name: string) => Number(limits[name] ?? 0) !== 0;
  for (const [kind, suffix] of [['bps', ''], ['iops', ''], ['bps', '_max'], ['iops', '_max']] as const) {
    if (isSet(kind + suffix) && (isSet(`${kind}_rd${suffix}`) || isSet(`${kind}_wr${suffix}`))) {
      throw new QapiError('bps/iops/max total values and read/write values cannot be used at the same time');
    }
  }
  if (isSet('iops_size') && !['iops', 'iops_rd', 'iops_wr'].some(isSet)) throw new QapiError('iops size requires an iops value to be set');
  for (const rate of THROTTLED_RATES) checkRate(rateLimit(limits, rate));
}

function checkRate({ average, max, burstSeconds }: RateLimit): void {
  const isWithin = (value: number) => value >= 0 && value <= LARGEST;
  const refuse = (text: string) => { throw new QapiError(text); };
  if (!isWithin(average) || !isWithin(max)) refuse(`bps/iops/max values must be within [0, ${LARGEST}]`);
  if (burstSeconds === 0) refuse('the burst length cannot be 0');
  // A negative length is a large unsigned one.
  if (burstSeconds !== 1 && max === 0) refuse('burst length set without burst rate');
  if (max !== 0 && (burstSeconds < 0 || burstSeconds > Math.floor(LARGEST / max))) refuse('burst length too high for this burst rate');
  if (max !== 0 && average === 0) refuse('bps_max/iops_max require corresponding bps/iops values');
  if (max !== 0 && max < average) refuse('bps_max/iops_max cannot be lower than bps/iops');
}
