import { describe, expect, it } from 'vitest';
import { setJson5Member } from '../../src/util/edit-json5.ts';

describe('setting a member of JSON5 text', () => {
  it.each([
    ['', 'a', 1, '{\n  a: 1,\n}\n'],
    ['{}', 'poll-interval', 2, "{\n  'poll-interval': 2,\n}"],
    ['{ a: 1 /* one */, b: [1, 2] }', 'a', 'x', '{ a: "x" /* one */, b: [1, 2] }'],
    ["{ 'a': {a: 1}, // first\n}\n", 'a', true, "{ 'a': true, // first\n}\n"],
    ['{\n  b: { a: 1 } // { a: 2 }\n}', 'a', 3, '{\n  b: { a: 1 }, // { a: 2 }\n  a: 3,\n}'],
    ['// mine\n{\n  b: "}", // a: 1\n  // c: 2\n}\n// end\n', 'c', null, '// mine\n{\n  b: "}", // a: 1\n  // c: 2\n  c: null,\n}\n// end\n'],
    ['{a: 1, a: 2}', 'a', 3, '{a: 1, a: 3}'],
    ['{b: [1]}', 'a', 3, '{b: [1],\n  a: 3,\n}'],
  ])('%j: %s', (text, name, value, expected) => {
    expect(setJson5Member(text, name, value)).toBe(expected);
  });

  it.each(['[1]', '{a: 1', 'null', '{a: }'])('refuses %s', (text) => {
    expect(() => setJson5Member(text, 'a', 1)).toThrow();
  });
});
