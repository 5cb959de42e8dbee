import type { AccountingOptions } from '../block/accounting.ts';
import { QapiError } from '../qapi/qapi-error.ts';

const INTERVALS = 'stats-intervals';
const LONGEST = 4_294_967_295;

/** Whether a `-drive` key is about statistics. */
export function isStatsKey(key: string): boolean {
  return key === 'stats-account-invalid' || key === 'stats-account-failed' || key === INTERVALS || key.startsWith(`${INTERVALS}.`);
}

/**
 * How a drive keeps its statistics. The intervals are a list, or numbered keys as on QEMU's command line (`stats-intervals.0`).
 * @throws QapiError in QEMU's words
 */
export function parseStatsOptions(options: Readonly<Record<string, unknown>>): AccountingOptions {
  const { [INTERVALS]: list = [] } = options;
  if (!Array.isArray(list)) throw new QapiError('The specification of stats-intervals is invalid');
  return {
    accountInvalid: isOn(options, 'stats-account-invalid'),
    accountFailed: isOn(options, 'stats-account-failed'),
    intervals: [...list as unknown[], ...numberedIntervals(options)].map(parseInterval),
  };
}

function numberedIntervals(options: Readonly<Record<string, unknown>>): unknown[] {
  const names = new Set(Object.keys(options).filter((key) => key.startsWith(`${INTERVALS}.`)));
  const values: unknown[] = [];
  for (let name = `${INTERVALS}.0`; names.delete(name); name = `${INTERVALS}.${values.length}`) values.push(options[name]);
  const [unknown] = names;
  if (unknown !== undefined) throw new QapiError(`Invalid option ${unknown}`);
  return values;
}

function parseInterval(value: unknown): number {
  const seconds = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
  if (typeof seconds === 'number' && Number.isInteger(seconds) && seconds > 0 && seconds <= LONGEST) return seconds;
  throw new QapiError(`Invalid interval length: ${String(value)}`);
}

function isOn(options: Readonly<Record<string, unknown>>, name: string): boolean {
  const value = options[name] ?? true;
  if (value === true || value === 'on') return true;
  if (value === false || value === 'off') return false;
  throw new QapiError(`Parameter '${name}' expects 'on' or 'off'`);
}
