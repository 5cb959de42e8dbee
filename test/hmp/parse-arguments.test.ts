import { describe, expect, it } from 'vitest';
import { LineCursor } from '../../src/hmp/line-cursor.ts';
import { parseArguments } from '../../src/hmp/parse-arguments.ts';

const parse = (args: string, text: string) => parseArguments(new LineCursor(text), { title: 'cmd', args });
const throttle = 'device:B,bps:l,bps_rd:l';
const backup = 'reuse:-n,full:-f,compress:-c,device:B,target:s,format:s?';

describe('sizes are MiB unless they say otherwise', () => {
  it.each(['80M', '80', '0x50', '83886080B', '81920k', '0.078125g', '80m', '00080'])('%s is 80 MiB', (text) => {
    expect(parse('device:B,size:o', `drive0 ${text}`)).toEqual({ device: 'drive0', size: 83886080 });
  });

  it('keeps what is beyond 2^53 exact', () => {
    expect(parse('size:o', '9007199254740993B')).toEqual({ size: 9007199254740993n });
    expect(parse('size:o', '1e')).toEqual({ size: 1n << 60n });
  });

  it.each(['-5', 'abc', '', '8E', '.5G'])('refuses %j', (text) => {
    expect(() => parse('size:o', text)).toThrow('invalid size');
  });

  it.each(['100 M', '100MB', '1e3'])('takes the rest of %j for something else', (text) => {
    expect(() => parse('size:o', text)).toThrow('cmd: extraneous characters at the end of line');
  });
});

describe('expressions', () => {
  it.each([
    ['1024 * 1024 0', 1048576, 0], ['1000 -1 0', 999, 0], ['10 & 3 0', 2, 0], ['\'A\' 7', 65, 7], ['(1+2)*3 010', 9, 8], ['1|2+4 1', 7, 1],
    ['~0 0x10', -1, 16], ['-1 0', -1, 0], ['- -1 +2', 3, undefined], ['7%4 1', 3, 1], ['0x7fffffffffffffff 1', 9223372036854775807n, 1],
    ['18446744073709551615 1', -1, 1],
  ])('%s', (text, first, second) => {
    const run = () => parse(throttle, `d ${text}`);
    if (second === undefined) expect(run).toThrow('unexpected end of expression');
    else expect(run()).toEqual({ device: 'd', bps: first, bps_rd: second });
  });

  it.each([
    ['', 'unexpected end of expression'], ['1M', 'invalid char \'M\' in expression'], ['(1', '\')\' expected'], ['1/0', 'division by zero'],
    ['1%0', 'division by zero'], ['$pc', 'unknown register'], ['\'', 'character constant expected'], ['\'A', 'missing terminating \' character'],
    ['18446744073709551616', 'number too large'],
  ])('%j: %s', (text, message) => {
    expect(() => parse(throttle, `d ${text}`)).toThrow(message);
  });

  it('are refused beyond 32 bits where the argument has no more', () => {
    expect(() => parse('index:i', '9999999999')).toThrow('\'cmd\' has failed: integer is for 32-bit values');
    expect(parse('index:i', '5')).toEqual({ index: 5 });
  });
});

describe('words', () => {
  it.each([['a', 'a'], ['"a b"', 'a b'], ['""', ''], ['"a\\"b\\\\c\\n\\\'"', 'a"b\\c\n\''], ['\'a', '\'a'], ['a\\b"c', 'a\\b"c']])('%s is %j', (text, word) => {
    expect(parse('device:B', ` ${text} `)).toEqual({ device: word });
  });

  it.each([
    ['"abc', 'unterminated string\ncmd: filename expected'], ['"a\\q"', 'unsupported escape code: \'\\q\'\ncmd: filename expected'],
    ['', 'cmd: filename expected'],
  ])('%j fails with %j', (text, message) => {
    expect(() => parse('file:F', text)).toThrow(message);
  });

  it('may be left out at the end only', () => {
    expect(parse('device:B?,name:s?', '')).toEqual({});
    expect(parse('device:B?,name:s?', 'x')).toEqual({ device: 'x' });
  });

  it('are the whole rest, quotes and all, where the argument is that', () => {
    expect(parse('name:S?', ' info  "block" ')).toEqual({ name: 'info  "block" ' });
    expect(() => parse('name:S', ' ')).toThrow('cmd: string expected');
  });

  it('are options, the first one perhaps without its key', () => {
    expect(parse('device:O', 'virtio-blk-pci,drive=d0,bootindex=1,x=a,,b,share,noscsi')).toEqual({
      device: { driver: 'virtio-blk-pci', drive: 'd0', bootindex: '1', x: 'a,b', share: 'on', scsi: 'off' },
    });
    expect(parse('device:O', '')).toEqual({ device: {} });
  });

  it('are on or off', () => {
    expect(parse('up:b', 'on')).toEqual({ up: true });
    expect(() => parse('up:b', 'maybe')).toThrow('Expected \'on\' or \'off\'');
  });
});

describe('switches', () => {
  const all = { reuse: true, full: true, compress: false, device: 'd', target: 'x' };

  it.each(['-n -f d x', '-f -n d x', '-nf d x', '-fn d x', 'd -nf x', 'd x -f -n', '--reuse d x --full', '-n d -f x'])('%s: anywhere, in any order', (text) => {
    expect(parse(backup, text)).toEqual(all);
  });

  it('are off when not given', () => {
    expect(parse(backup, 'd x raw')).toEqual({ reuse: false, full: false, compress: false, device: 'd', target: 'x', format: 'raw' });
  });

  it.each([['-x d x', '-x'], ['- d x', '- '], ['-fx d x', '-f'], ['--nosuch d x', '--']])('%s is refused', (text, shown) => {
    expect(() => parse(backup, text)).toThrow(`cmd: unsupported option ${shown}`);
  });

  it('are words when quoted, or behind the first argument when unknown', () => {
    expect(parse(backup, 'd "-n"')).toMatchObject({ reuse: false, target: '-n' });
    expect(parse(backup, 'd -weird')).toMatchObject({ target: '-weird' });
    expect(parse('device:B', '-f')).toEqual({ device: '-f' });
  });

  it('do not swallow negative numbers', () => {
    expect(parse(throttle, 'd -5 (3)')).toEqual({ device: 'd', bps: -5, bps_rd: 3 });
  });
});
