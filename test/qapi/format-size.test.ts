import { expect, it } from 'vitest';
import { formatSize } from '../../src/qapi/format-size.ts';

it.each([
  [0, '0 B'], [1, '1 B'], [999, '999 B'], [1000, '0.977 KiB'], [1023, '0.999 KiB'], [1024, '1 KiB'], [1536, '1.5 KiB'], [197120, '192 KiB'],
  [198144, '194 KiB'], [2359296, '2.25 MiB'], [67108864, '64 MiB'], [1022976, '999 KiB'], [1023500, '1e+03 KiB'], [1024000, '0.977 MiB'],
  [1074790400, '1 GiB'], [5368709120n, '5 GiB'], [1n << 62n, '4 EiB'],
])('%s bytes are printed as %s', (bytes, text) => {
  expect(formatSize(bytes)).toBe(text);
});
