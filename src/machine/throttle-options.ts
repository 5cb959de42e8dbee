import { checkThrottleLimits, isLimiting } from '../block/throttle-limits.ts';
import type { ThrottleLimits } from '../block/throttle-limits.ts';
import { QapiError } from '../qapi/qapi-error.ts';

/** A place in a throttle group, and the limits that the group is to have. */
export interface Throttle {
  readonly group: string;
  readonly limits: ThrottleLimits;
}

const PREFIX = 'throttling.';
const SIDES = { total: '', read: '_rd', write: '_wr' } as const;

/** Names of limits in options and objects -> member of BlockDeviceInfo. */
export const LIMIT_MEMBERS: Readonly<Record<string, string>> = Object.fromEntries<string>([
  ...['bps', 'iops'].flatMap((kind) => Object.entries(SIDES).flatMap(([side, short]) => ['', '-max', '-max-length'].map(
    (burst) => [`${kind}-${side}${burst}`, `${kind}${short}${burst.replaceAll('-', '_')}`] as const))),
  ['iops-size', 'iops_size'],
]);

/** Older names: all but the lengths also go by their member's name. */
const ALIASES: ReadonlyMap<string, string> = new Map([
  ['group', `${PREFIX}group`],
  ...Object.entries(LIMIT_MEMBERS).filter(([name]) => !name.endsWith('-length'))
    .map(([name, member]) => [member, PREFIX + name] as const),
]);

/** Whether a `-drive` key is about throttling and known. */
export function isThrottleKey(key: string): boolean {
  return ALIASES.has(key) || key === `${PREFIX}group` || (key.startsWith(PREFIX) && key.slice(PREFIX.length) in LIMIT_MEMBERS);
}

/** The throttling that a drive's options ask for; undefined when no limit is set. @throws QapiError in QEMU's words */
export function parseThrottle(options: Readonly<Record<string, unknown>>, driveName: string): Throttle | undefined {
  const given = withoutAliases(options);
  const limits: Record<string, number | bigint> = {};
  for (const [name, member] of Object.entries(LIMIT_MEMBERS)) {
    const value = given[PREFIX + name];
    if (value !== undefined) limits[member] = parseNumber(value, PREFIX + name);
  }
  checkThrottleLimits(limits);
  if (!isLimiting(limits)) return undefined;
  const group = given[`${PREFIX}group`];
  return { group: typeof group === 'string' ? group : driveName, limits };
}

function withoutAliases(options: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const given: Record<string, unknown> = { ...options };
  for (const [alias, name] of ALIASES) {
    if (!(alias in given)) continue;
    if (name in given) throw new QapiError(`'${name}' and its alias '${alias}' can't be used at the same time`);
    given[name] = given[alias];
  }
  return given;
}

function parseNumber(value: unknown, name: string): number | bigint {
  if (typeof value === 'bigint' || Number.isInteger(value)) return value as number | bigint;
  const text = String(value);
  if (typeof value !== 'string' || !/^-?(0x[0-9a-f]+|\d+)$/i.test(text)) throw new QapiError(`Parameter '${name}' expects a number`);
  return text.startsWith('-') ? -Number(text.slice(1)) : Number(text);
}
