import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { cutCells, cutStart, padCells, wrapCells } from '../../../src/tui/text/fit-cells.ts';
import { formatByteRate, formatBytes, formatCount, formatMilliseconds } from '../../../src/tui/text/format-quantity.ts';
import { cellWidth, isPlain } from '../../../src/tui/text/graphemes.ts';
import { printableLine, printableLines } from '../../../src/tui/text/printable.ts';
import { cutStyled, plainText, wrapStyled, wrappedExtent } from '../../../src/tui/text/styled-text.ts';

describe('cells', () => {
  it('are counted as terminals do', () => {
    expect(['abc', '漢字', 'e\u0301', '👩‍💻', ''].map(cellWidth)).toEqual([3, 4, 1, 2, 0]);
  });

  it('are one for each plain character, as the full tables say, whatever stands next to it', () => {
    const characters = Array.from({ length: 0x10000 }, (_, code) => String.fromCharCode(code)).filter((character) => isPlain(character));
    expect(characters.length).toBeGreaterThan(1000);
    for (const character of characters) expect(stringWidth(character), `U+${character.charCodeAt(0).toString(16)}`).toBe(1);
    expect(Array.from(new Intl.Segmenter().segment(characters.join('')))).toHaveLength(characters.length);
  });

  it('limit what is cut and filled, wide characters included', () => {
    expect(cutCells('abcdef', 4)).toBe('abc…');
    expect(cutCells('漢字漢字', 4)).toBe('漢…');
    expect(cutStart('/tmp/images/disk.qcow2', 12)).toBe('…/disk.qcow2');
    expect(padCells('漢', 4, 'right')).toBe('  漢');
    expect(wrapCells('ab漢c', 3)).toEqual(['ab', '漢c']);
    expect(wrapCells('', 3)).toEqual(['']);
  });
});

describe('coloured lines', () => {
  const red = '\x1b[31mabcdef\x1b[0mghi';

  it('are cut by cells and end their colours', () => {
    expect(plainText(cutStyled(red, 4))).toBe('abcd');
    expect(cutStyled(red, 4).endsWith('\x1b[0m')).toBe(true);
    expect(cutStyled(red, 20)).toBe(red);
  });

  it('carry their colours over to the next row', () => {
    expect(wrapStyled(red, 4)).toEqual(['\x1b[31mabcd\x1b[0m', '\x1b[31mef\x1b[0mgh', 'i']);
  });

  it('are measured as the terminal wraps them', () => {
    expect(wrappedExtent(red, 4)).toEqual({ rows: 3, lastCells: 1 });
    expect(wrappedExtent('12345678', 4)).toEqual({ rows: 2, lastCells: 4 });
    expect(wrappedExtent('abc漢', 4)).toEqual({ rows: 2, lastCells: 2 });
    expect(wrappedExtent('', 4)).toEqual({ rows: 1, lastCells: 0 });
  });
});

describe('text from the far end', () => {
  it('cannot steer the terminal', () => {
    expect(printableLine('a\x1b[2Jb\x1b]0;title\x07c\x07d\x9b31me\u202ef')).toBe('a^[[2Jb^[]0;title^Gc^Gd\\x9b31me\\u202ef');
    expect(printableLine('\x1b(Bx\x1bMy\x1b[?1049h')).toBe('^[(Bx^[My^[[?1049h');
    expect(printableLine('half \x1b')).toBe('half ^[');
    expect(printableLine('new\nline\x7f\u2028')).toBe('new^Jline^?\\u2028');
  });

  it('becomes lines, tabs become spaces', () => {
    expect(printableLines('a\tb\r\nc\n')).toEqual(['a       b', 'c']);
    expect(printableLines('')).toEqual(['']);
  });
});

describe('quantities', () => {
  it('use IEC units and few digits', () => {
    expect([0, 512, 1023, 1024, 1536, 658505728, 10 * 2 ** 30, 1.3 * 2 ** 30, 2 ** 60].map(formatBytes))
      .toEqual(['0 B', '512 B', '1023 B', '1 KiB', '1.5 KiB', '628 MiB', '10 GiB', '1.3 GiB', '1 EiB']);
    expect(formatByteRate(1234.5)).toBe('1.21 KiB/s');
    expect([0, 0.42, 12.3, 950, 12_400, 3_100_000].map(formatCount)).toEqual(['0', '0.4', '12', '950', '12.4k', '3.1M']);
    expect([0.041, 1.3, 12.34, 120.4].map(formatMilliseconds)).toEqual(['0.04', '1.30', '12.3', '120']);
  });

  it('never need more than ten cells for a byte rate', () => {
    for (let bytes = 1; bytes < 2 ** 50; bytes *= 1.37) expect(formatByteRate(bytes).length).toBeLessThanOrEqual(10);
  });
});
