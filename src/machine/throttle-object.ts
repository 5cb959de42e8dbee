import type { ThrottleLimits } from '../block/throttle-limits.ts';
import { checkArguments } from '../qapi/check.ts';
import { QapiError } from '../qapi/qapi-error.ts';
import { throttleGroupProperties } from '../qapi/types/throttle-group-properties.ts';
import { LIMIT_MEMBERS } from './throttle-options.ts';

const LONGEST_BURST = 4_294_967_295;

/** The limits that a throttle-group object's properties ask for, by the names of BlockDeviceInfo. @throws QapiError in QEMU's words */
export function parseThrottleObject(properties: Readonly<Record<string, unknown>>): ThrottleLimits {
  const { limits = {}, ...single } = checkArguments(throttleGroupProperties, properties) as
    { limits?: Record<string, number | bigint> } & Record<string, number | bigint>;
  const asked: Record<string, number | bigint> = {};
  for (const [key, value] of Object.entries(single)) {
    if (value < 0) throw new QapiError('Property values cannot be negative');
    Object.assign(asked, limit(key.replace(/^x-/, ''), value));
  }
  for (const [name, value] of Object.entries(limits)) Object.assign(asked, limit(name, value));
  return asked;
}

function limit(name: string, value: number | bigint): Record<string, number | bigint> {
  if (name.endsWith('-length') && value > LONGEST_BURST) throw new QapiError(`${name} value must be in the range [0, ${LONGEST_BURST}]`);
  return { [LIMIT_MEMBERS[name]!]: value };
}
