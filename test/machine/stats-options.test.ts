import { describe, expect, it } from 'vitest';
import { isStatsKey, parseStatsOptions } from '../../src/machine/stats-options.ts';

describe('the statistics of a drive', () => {
  it('count all and keep no intervals unless told otherwise', () => {
    expect(parseStatsOptions({})).toEqual({ accountInvalid: true, accountFailed: true, intervals: [] });
    expect(parseStatsOptions({ 'stats-account-invalid': 'off', 'stats-account-failed': false }))
      .toEqual({ accountInvalid: false, accountFailed: false, intervals: [] });
  });

  it('take intervals as a list or under numbered keys', () => {
    expect(parseStatsOptions({ 'stats-intervals': [10, '60'] }).intervals).toEqual([10, 60]);
    expect(parseStatsOptions({ 'stats-intervals.1': '4294967295', 'stats-intervals.0': 1 }).intervals).toEqual([1, 4294967295]);
  });

  it.each([
    [{ 'stats-intervals.0': 0 }, 'Invalid interval length: 0'], [{ 'stats-intervals.0': 'x' }, 'Invalid interval length: x'],
    [{ 'stats-intervals.0': '-1' }, 'Invalid interval length: -1'], [{ 'stats-intervals': [4294967296] }, 'Invalid interval length: 4294967296'],
    [{ 'stats-intervals.1': 10 }, 'Invalid option stats-intervals.1'], [{ 'stats-intervals.foo': 10 }, 'Invalid option stats-intervals.foo'],
    [{ 'stats-account-invalid': 'x' }, "Parameter 'stats-account-invalid' expects 'on' or 'off'"],
    [{ 'stats-intervals': 10 }, 'The specification of stats-intervals is invalid'],
  ])('refuses %j as QEMU does', (options, refusal) => {
    expect(() => parseStatsOptions(options)).toThrow(refusal);
  });

  it('know their keys', () => {
    expect(['stats-intervals', 'stats-intervals.0', 'stats-account-failed', 'stats-account-invalid'].every(isStatsKey)).toBe(true);
    expect(['stats', 'stats-account', 'stats-intervalls'].some(isStatsKey)).toBe(false);
  });
});
