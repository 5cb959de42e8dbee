import { describe, expect, test } from 'vitest';
import { JsonError } from '../../src/util/json-error.ts';
import { isIncompleteJson } from '../../src/util/incomplete-json.ts';
import { parseJson5 } from '../../src/util/json5-lossless.ts';

describe('parseJson5', () => {
  test('reads what JSON5 adds and keeps long integers exact, signed and hexadecimal ones too', () => {
    const text = `{execute: 'x', // 12345678901234567890
      a: -9007199254740993, b: 0xFFFFFFFFFFFFFFFF, c: '12345678901234567890',
      x1234567890123456789: 1, d: +1234567890123456789, e: .5,}`;
    expect(parseJson5(text)).toEqual({
      execute: 'x', a: -9007199254740993n, b: 18446744073709551615n, c: '12345678901234567890', x1234567890123456789: 1,
      d: 1234567890123456789n, e: 0.5,
    });
  });

  test.each([
    ['{a: 1,\n b: ]}', 2, 5], ['{a', 1, 3], ['', 1, 1], ['{a: 12345678901234567890, b}', 1, 28],
  ])('says where %j goes wrong', (text, line, column) => {
    expect(() => parseJson5(text)).toThrow(JsonError);
    expect(() => parseJson5(text)).toThrow(expect.objectContaining({ line, column }));
  });
});

describe('isIncompleteJson', () => {
  test.each([
    '{', '{a: 1', '[1, {b: 2}', '{a: "x', "{a: 'it\\'s", '{a: 1} /* more', '{a: "x\\\n', '{ // }',
  ])('waits for more after %j', (text) => {
    expect(isIncompleteJson(text)).toBe(true);
  });

  test.each([
    '{a: 1}', '[]', '', '5', '{a: "}"}', '{a: 1} // {', "{a: '{'}", '{a: 1}}', '[}', '{a: "broken\n line',
  ])('takes %j as it is', (text) => {
    expect(isIncompleteJson(text)).toBe(false);
  });
});
