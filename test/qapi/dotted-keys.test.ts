import { describe, expect, it } from 'vitest';
import { coerce, KeyValueError, nestKeys } from '../../src/qapi/dotted-keys.ts';
import { any, bool, enumeration, int, list, nothing, number, size, str, struct, uint32 } from '../../src/qapi/schema.ts';
import { parseSize, scanSize } from '../../src/qapi/size-text.ts';
import { blockdevOptions } from '../../src/qapi/types/blockdev-options.ts';

const pairs = (...texts: string[]) => texts.map((text) => text.split('=', 2) as [string, string]);

describe('dotted keys', () => {
  it('nest, and numbers make lists', () => {
    expect(nestKeys(pairs('driver=quorum', 'children.1=b', 'children.0.driver=raw', 'children.0.file.filename=x', 'n=1'))).toEqual({
      driver: 'quorum', n: '1', children: [{ driver: 'raw', file: { filename: 'x' } }, 'b'],
    });
  });

  it('count the last value of a repeated key', () => {
    expect(nestKeys(pairs('a=1', 'a=2'))).toEqual({ a: '2' });
  });

  it.each([
    [['a=1', 'a.b=2'], '\'a\' is given both as a value and as a group (a.*)'],
    [['a.b=2', 'a=1'], '\'a\' is given both as a value and as a group (a.*)'],
    [['a.0=1', 'a.x=2'], '\'a\' mixes list positions and names'],
    [['a.0=1', 'a.2=2'], '\'a.1\' is missing: lists count from 0 without holes'],
    [['a..b=1'], '\'a..b\' is not a valid key'],
    [['=1'], '\'\' is not a valid key'],
    [['a b=1'], '\'a b\' is not a valid key'],
  ])('refuses %j', (texts, message) => {
    expect(() => nestKeys(pairs(...texts))).toThrow(message);
  });

  it('keep a key that looks like a prototype\'s a plain member', () => {
    const nested = nestKeys([['__proto__.x', '1'], ['constructor', '2']]);
    expect(Object.keys(nested)).toEqual(['__proto__', 'constructor']);
    expect(({} as { x?: unknown }).x).toBeUndefined();
  });
});

describe('texts become what the schema says', () => {
  it.each([
    [int, '10', 10], [int, '-5', -5], [int, '0x10', 16], [int, '10M', 10485760], [size, '1.5G', 1610612736], [uint32, '64k', 65536],
    [int, '9007199254740993', 9007199254740993n], [bool, 'on', true], [bool, 'off', false], [bool, 'true', true], [bool, 'no', false],
    [number, '1.5', 1.5], [nothing, 'null', null], [str, '10', '10'], [str, '', ''], [any, '10', 10], [any, '[1]', [1]], [any, 'x', 'x'],
    [list(int), '1,2K', [1, 2048]], [list(str), '', []], [list(bool), '[true]', [true]],
  ])('%o takes %j for %o', (type, text, value) => {
    expect(coerce(type, text)).toEqual(value);
  });

  it.each([
    [int, 'x', '\'k\' cannot be \'x\': it is an integer'], [int, '1e3', '\'k\' cannot be \'1e3\': it is an integer'],
    [bool, '1', '\'k\' cannot be \'1\': it is on or off'], [number, '', '\'k\' cannot be \'\': it is a number'],
    [enumeration('E', ['a', 'b']), 'c', '\'k\' cannot be \'c\': it is one of a, b'],
    [struct('S', {}), 'x', '\'k\' is a group: give its members as k.NAME=VALUE, or as JSON'],
    [struct('S', {}), '{x', '\'k\' is not valid JSON'], [str, { x: '1' }, '\'k\' is text, it has no members'],
  ])('%o refuses %j and names the key', (type, value, message) => {
    expect(() => coerce(type, value, 'k')).toThrow(message);
  });

  it('follow the driver of a node, its children and what only it has', () => {
    const nested = nestKeys(pairs('driver=qcow2', 'node-name=1', 'lazy-refcounts=on', 'l2-cache-size=1M', 'overlap-check=all',
      'file.driver=file', 'file.filename=10', 'backing=base', 'cache.direct=on', 'bogus=7'));
    expect(coerce(blockdevOptions, nested)).toEqual({
      driver: 'qcow2', 'node-name': '1', 'lazy-refcounts': true, 'l2-cache-size': 1048576, 'overlap-check': 'all',
      file: { driver: 'file', filename: '10' }, backing: 'base', cache: { direct: true }, bogus: 7,
    });
  });

  it('name the whole path in an error', () => {
    const nested = nestKeys(pairs('driver=raw', 'file.driver=null-co', 'file.size=big'));
    expect(() => coerce(blockdevOptions, nested)).toThrow('\'file.size\' cannot be \'big\': it is an integer');
  });

  it('leave values alone that are typed already', () => {
    expect(coerce(struct('', { a: int, b: list(bool) }), { a: 5, b: [true] })).toEqual({ a: 5, b: [true] });
  });
});

it('whatever the keys and values, they are understood or the key is named', () => {
  const pieces = ['driver', 'file', 'raw', 'qcow2', '.', '0', '1', 'size', '=', '', '{', '[', '{"a":1}', '[1,', '-', 'cache', 'direct', 'on', '1M', '__proto__'];
  let seed = 11;
  const next = () => (seed = (seed * 48271) % 2147483647);
  const text = () => Array.from({ length: next() % 5 }, () => pieces[next() % pieces.length]).join('');
  for (let round = 0; round < 5000; round++) {
    const given = Array.from({ length: 1 + next() % 4 }, () => [text(), text()] as const);
    try {
      coerce(blockdevOptions, nestKeys([['driver', 'qcow2'], ...given]));
    } catch (error) {
      expect(error, JSON.stringify(given)).toBeInstanceOf(KeyValueError);
    }
  }
});

describe('sizes', () => {
  it.each([['80', 'M', 83886080n, 2], ['0x50', 'M', 83886080n, 4], ['83886080B', 'M', 83886080n, 9], ['0.078125g', 'M', 83886080n, 9],
    ['1.', 'M', 1048576n, 2], ['1e3', 'B', 1n << 60n, 2], ['100MB', 'M', 104857600n, 4], ['1.5', 'M', 1572864n, 3]] as const)(
    'scan %s (unit %s) as %s', (text, unit, bytes, length) => {
      expect(scanSize(text, unit)).toEqual({ bytes, length });
    });

  it('are none where QEMU sees none, or one beyond 64 bits', () => {
    for (const text of ['', 'abc', '-5', '.5G', '+1', '16E', '99999999999999999999']) expect(scanSize(text, 'B'), text).toBeUndefined();
    expect(scanSize('15.5E', 'B')?.bytes).toBe(17870283321406128128n);
    for (const text of ['1x', '10 M', '1e3']) expect(parseSize(text), text).toBeUndefined();
  });
});
