import { expect, test } from 'vitest';
import { formatMessage } from '../../src/qmp/message-writer.ts';

test('prints a message as QEMU does: one line, blanks after colons and commas', () => {
  expect(formatMessage({ return: {}, id: 1 })).toBe('{"return": {}, "id": 1}');
  expect(formatMessage({ a: [1, 2.5, null, true, []], b: 2n ** 64n - 1n, c: undefined }))
    .toBe('{"a": [1, 2.5, null, true, []], "b": 18446744073709551615}');
});

test('prints ASCII only, with upper-case escapes', () => {
  expect(formatMessage('é€😀\x7f\n\x01<>/"\\')).toBe('"\\u00E9\\u20AC\\uD83D\\uDE00\\u007F\\n\\u0001<>/\\"\\\\"');
  expect(formatMessage('\ud800x')).toBe('"\\uFFFDx"');
});

test('prints no number that JSON lacks', () => {
  expect(formatMessage([-0, Infinity, NaN, 1e21])).toBe('[0, null, null, 1e+21]');
});

test('prints any number of member names', () => {
  const names = Array.from({ length: 10_000 }, (_, index) => `"${index}"`);
  for (const name of [...names, ...names]) expect(JSON.parse(formatMessage({ [name]: 1 }))).toEqual({ [name]: 1 });
});
