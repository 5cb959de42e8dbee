import { describe, expect, it } from 'vitest';
import { parseThrottleObject } from '../../src/machine/throttle-object.ts';
import { isThrottleKey, parseThrottle } from '../../src/machine/throttle-options.ts';

describe('the throttling of a drive', () => {
  it('is read from either name of an option, as a number or text', () => {
    expect(parseThrottle({ 'throttling.bps-total': 5, iops_rd: '0x10', 'throttling.bps-total-max': '7', iops_size: '4096', group: 'g' }, 'd'))
      .toEqual({ group: 'g', limits: { bps: 5, bps_max: 7, iops_rd: 16, iops_size: 4096 } });
    expect(parseThrottle({ 'throttling.iops-write': 3 }, 'd')).toEqual({ group: 'd', limits: { iops_wr: 3 } });
  });

  it('is none without a limit', () => {
    expect(parseThrottle({ 'throttling.group': 'g', 'throttling.bps-total': 0 }, 'd')).toBeUndefined();
  });

  it.each([
    [{ 'throttling.bps-total': '1k' }, "Parameter 'throttling.bps-total' expects a number"],
    [{ bps: 'x' }, "Parameter 'throttling.bps-total' expects a number"],
    [{ 'throttling.bps-total': 1.5 }, "Parameter 'throttling.bps-total' expects a number"],
    [{ 'throttling.bps-total': '' }, "Parameter 'throttling.bps-total' expects a number"],
    [{ 'throttling.bps-total': '-1' }, 'bps/iops/max values must be within [0, 1000000000000000]'],
    [{ bps: 5, 'throttling.bps-total': 4 }, "'throttling.bps-total' and its alias 'bps' can't be used at the same time"],
    [{ 'throttling.iops-size': 5 }, 'iops size requires an iops value to be set'],
  ])('refuses %j as QEMU does', (options, refusal) => {
    expect(() => parseThrottle(options, 'd')).toThrow(refusal);
  });

  it('knows its keys', () => {
    const known = ['bps', 'iops_wr_max', 'iops_size', 'group', 'throttling.group', 'throttling.bps-read-max-length'];
    expect(known.filter(isThrottleKey)).toEqual(known);
    expect(['throttling.bps-totals', 'bps_max_length', 'throttling.bps', 'bps-total'].filter(isThrottleKey)).toEqual([]);
  });
});

describe('a throttle-group object', () => {
  it('takes its limits together or one by one', () => {
    expect(parseThrottleObject({ limits: { 'iops-total': 3, 'bps-read-max-length': 2 }, 'x-bps-total': 4 }))
      .toEqual({ iops: 3, bps_rd_max_length: 2, bps: 4 });
  });

  it.each([
    [{ limits: { 'bps-total': 'x' } }, "Invalid parameter type for 'limits.bps-total', expected: integer"],
    [{ limits: { 'bps-totals': 1 } }, "Parameter 'limits.bps-totals' is unexpected"],
    [{ limits: 5 }, "Invalid parameter type for 'limits', expected: object"],
    [{ foo: 1 }, "Parameter 'foo' is unexpected"],
    [{ 'x-bps-total': -1 }, 'Property values cannot be negative'],
    [{ limits: { 'bps-total-max-length': 1099511627776 } }, 'bps-total-max-length value must be in the range [0, 4294967295]'],
  ])('refuses %j as QEMU does', (properties, refusal) => {
    expect(() => parseThrottleObject(properties)).toThrow(refusal);
  });
});
