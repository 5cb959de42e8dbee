import { describe, expect, test } from 'vitest';
import { ReplyDecoder } from '../../src/qmp/reply-decoder.ts';

const messages = [
  { QMP: { version: {}, capabilities: [] } }, { return: { name: 'é😀"}{\\' }, id: 1 },
  { event: 'STOP', data: { a: [[{}], ']'] } }, { return: 9007199254740993n },
];
const text = '{"QMP": {"version": {}, "capabilities": []}}\r\n' +
  '{"return": {"name": "é😀\\"}{\\\\"}, "id": 1}{"event": "STOP", "data": {"a": [[{}], "]"]}}\n' +
  '  {"return": 9007199254740993}';

describe('ReplyDecoder', () => {
  test('finds the same messages however the bytes are cut', () => {
    const bytes = Buffer.from(text);
    for (const size of [1, 2, 3, 7, 50, bytes.length]) {
      const decoder = new ReplyDecoder();
      const found = [];
      for (let at = 0; at < bytes.length; at += size) found.push(...decoder.push(bytes.subarray(at, at + size)));
      expect(found, `pieces of ${size}`).toEqual(messages.map((value) => ({ value })));
    }
  });

  test.each([
    ['QEMU 7.2.22 monitor - type', 'not a QMP message: "QEMU 7.2'], ['{"a": ?}', 'not a QMP message'], ['{"return": 1 2}',
    'malformed JSON'],
    ['{"a": "\x01"}', 'not a QMP message'], ['{"a": inf}', 'malformed JSON'], ['12 ', 'not a QMP message'],
  ])('names what is wrong with %j', (bytes, problem) => {
    expect(new ReplyDecoder().push(Buffer.from(bytes))).toEqual([{ problem: expect.stringContaining(problem) }]);
  });

  test('reads a large reply in many chunks in reasonable time', () => {
    const value = { return: Array.from({ length: 50_000 }, (_, index) => ({ name: `command-${index}`, 'meta-type': 'object' })) };
    const bytes = Buffer.from(JSON.stringify(value));
    const decoder = new ReplyDecoder();
    const found = [];
    for (let at = 0; at < bytes.length; at += 65_536) found.push(...decoder.push(bytes.subarray(at, at + 65_536)));
    expect(found).toEqual([{ value }]);
  });
});
