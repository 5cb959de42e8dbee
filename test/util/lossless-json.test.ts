import { describe, expect, test } from 'vitest';
import { JsonError, formatJson, parseJson } from '../../src/util/lossless-json.ts';

describe('parseJson', () => {
  test('keeps an integer beyond 2^53 exact and leaves every other number a number', () => {
    expect(parseJson('[9007199254740991, 9007199254740993, -18446744073709551615, 1.5e3, 0.12345678901234567, -0]'))
      .toEqual([9007199254740991, 9007199254740993n, -18446744073709551615n, 1500, 0.12345678901234567, -0]);
  });

  test('leaves long digits in strings and keys alone', () => {
    expect(parseJson('{"12345678901234567890": "98765432109876543210"}'))
      .toEqual({ '12345678901234567890': '98765432109876543210' });
  });

  test('reads what JSON.parse reads when a long integer sends it the slow way', () => {
    const text = '{"a": [true, false, null, {}, [], "\\u00e9\\n\\"x\\ud83d\\ude00"], "__proto__": 1, "n": 12345678901234567890}';
    const value = parseJson(text) as Record<string, unknown>;
    expect(value).toEqual({ ...JSON.parse(text) as object, n: 12345678901234567890n });
    expect(Object.keys(value)).toEqual(['a', '__proto__', 'n']);
  });

  test.each([
    ['', 1, 1], ['{"a": }', 1, 7], ['{"a": 1,}', 1, 9], ['[1 2', 1, 4], ['{a: 1}', 1, 2], ['"abc', 1, 1], ['\n\n  [tru]', 3, 4],
    ['[1]x', 1, 4], ['{"a": 01}', 1, 8], ['[12345678901234567890,\n "a" "b"]', 2, 6], ['{"é": 1\n,\n?}', 3, 1],
  ])('says where %j goes wrong', (text, line, column) => {
    expect(() => parseJson(text)).toThrow(expect.objectContaining({ name: 'JsonError', line, column }));
    expect(() => parseJson(text)).toThrow(JsonError);
  });

  test('refuses a nesting that would exhaust the stack', () => {
    expect(() => parseJson(`${'['.repeat(100_000)}12345678901234567890`)).toThrow('nested too deeply');
  });
});

describe('formatJson', () => {
  test('prints bigints as integers', () => {
    expect(formatJson({ size: 2n ** 64n - 1n, list: [1n, undefined], none: undefined }))
      .toBe('{"size":18446744073709551615,"list":[1,null]}');
  });

  test('prints with bigints exactly as JSON.stringify does without', () => {
    const value = { a: [1, 'x"\n', { b: {}, c: [] }], d: null, e: true, 'é': 1.5 };
    for (const pretty of [false, true]) {
      const expected = JSON.stringify({ ...value, big: 7 }, null, pretty ? 4 : 0);
      expect(formatJson({ ...value, big: 7n }, { pretty })).toBe(expected);
      expect(formatJson({ ...value, big: 7 }, { pretty })).toBe(expected);
    }
  });

  test('gives back what it printed', () => {
    const value = { a: -(2n ** 63n), b: [2n ** 64n, 3], c: { d: 'text' } };
    expect(parseJson(formatJson(value))).toEqual(value);
    expect(parseJson(formatJson(value, { pretty: true }))).toEqual(value);
  });
});
