import { describe, expect, test } from 'vitest';
import { formatMessage } from '../../src/qmp/message-writer.ts';
import { RequestDecoder } from '../../src/qmp/request-decoder.ts';
import { Real } from '../../src/util/real.ts';

function decode(...chunks: (string | Buffer)[]): unknown[] {
  const decoder = new RequestDecoder();
  return chunks.flatMap((chunk) => decoder.push(typeof chunk === 'string' ? Buffer.from(chunk, 'latin1') : chunk))
    .map((decoded) => ('value' in decoded ? decoded.value : decoded.problem));
}

describe('RequestDecoder', () => {
  test('takes requests without a line end, several at once, and cut anywhere', () => {
    expect(decode('{"execute":"a"}')).toEqual([{ execute: 'a' }]);
    expect(decode('{"execute":"a"}{"execute":"b"} \t\r\n {"execute":"c"}'))
      .toEqual([{ execute: 'a' }, { execute: 'b' }, { execute: 'c' }]);
    expect(decode('{"execute":"a"}{"exe', 'cute":"b"}{"execute":"c"}{"e'))
      .toEqual([{ execute: 'a' }, { execute: 'b' }, { execute: 'c' }]);
  });

  test('finds the same requests byte by byte', () => {
    const bytes = Buffer.from('{"a": "é😀\\u00e9\\ud83d\\ude00"}{\'b\': \'it\\\'s "x"\'}\n' +
      '[1, -2.5e3, true, null]9007199254740993 {"c":{}}');
    const expected = [{ a: 'é😀é😀' }, { b: 'it\'s "x"' }, [1, new Real(-2500), true, null], 9007199254740993n, { c: {} }];
    expect(decode(bytes)).toEqual(expected);
    expect(decode(...[...bytes].map((byte) => Buffer.of(byte)))).toEqual(expected);
  });

  test('remembers that a number was written with a fraction or an exponent, and prints it as the number it is', () => {
    const [request] = decode('{"execute":"x","id":[1.0, 1e3, 1],"arguments":{"name":"v1.0, 1e3","size": -0.0}}');
    expect(request).toEqual({ execute: 'x', id: [new Real(1), new Real(1000), 1], arguments: { name: 'v1.0, 1e3', size: new Real(-0) } });
    expect(formatMessage(request)).toContain('"id": [1, 1000, 1]');
  });

  test.each([
    ['{foo}', "JSON parse error, invalid keyword 'foo'"], ['{"a" 1}', 'JSON parse error, missing : in object pair'],
    ['{"a":}', 'JSON parse error, expecting value'], ['{"a":1 "b":2}', 'JSON parse error, expected separator in dict'],
    ['{1:2}', 'JSON parse error, key is not a string in object'], ['[1 2]', 'JSON parse error, expected separator in list'],
    ['{"a":1,"a":2}', 'JSON parse error, duplicate key'], ['{"a":{"b":1,"b":2}}', 'JSON parse error, duplicate key'],
    ['"\\x"', 'JSON parse error, invalid escape sequence in string'], ['"\\u12"',
    'JSON parse error, \\u12" is not a valid Unicode character'],
    ['"\\ud800x"', 'JSON parse error, \\ud800 is not a valid Unicode character'], ['"\xc3"',
    'JSON parse error, invalid UTF-8 sequence in string'],
    ['01', "JSON parse error, stray '01'"], ['-\n', "JSON parse error, stray '-\n'"],
  ])('words the mistake in %j as QEMU does', (text, problem) => {
    expect(decode(text)).toEqual([problem]);
  });

  test('goes on after a mistake at the next brace or line', () => {
    expect(decode('@@@ {"a":1}')).toEqual(["JSON parse error, stray '@'", { a: 1 }]);
    expect(decode('{ Foo }\n{"a":1}')).toEqual(["JSON parse error, stray 'F'", 'JSON parse error, expecting value', { a: 1 }]);
    expect(decode('"never closed\n{"a":1}')).toEqual(["JSON parse error, stray '\"never closed\n'", { a: 1 }]);
  });

  test('starts anew at the byte 0xFF, wherever it was', () => {
    expect(decode('{"half": [\xff{"a":1}')).toEqual(["JSON parse error, stray '\ufffd'", { a: 1 }]);
  });

  test('answers a mistake at once, not when the braces balance', () => {
    expect(decode('{"a": nope', '!')).toEqual(["JSON parse error, stray '!'"]);
  });

  test('has the limits of QEMU', () => {
    expect(decode('['.repeat(1024) + ']'.repeat(1024))).toHaveLength(1);
    expect(decode('['.repeat(1025))).toEqual(['JSON nesting depth limit exceeded']);
    expect(decode('{"a":'.repeat(1025) + '1' + '}'.repeat(1025))[0]).toBe('JSON nesting depth limit exceeded');
    expect(decode(`[${'1,'.repeat(1 << 20)}1]`))
      .toEqual(['JSON token count limit exceeded', 1, 'JSON parse error, expecting value']);
  });

  test('does not keep a string of more than 64 MiB', () => {
    const decoder = new RequestDecoder();
    const chunk = Buffer.alloc(1 << 20, 'a');
    const problems = [decoder.push(Buffer.from('["'))];
    for (let mebibytes = 0; mebibytes < 65; mebibytes++) problems.push(decoder.push(chunk));
    expect(problems.flat()[0]).toEqual({ problem: 'JSON token size limit exceeded' });
  });
});
