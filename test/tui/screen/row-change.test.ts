import { describe, expect, it } from 'vitest';
import { InlinePainter } from '../../../src/tui/screen/inline-painter.ts';
import { rowChange } from '../../../src/tui/screen/row-change.ts';
import { padCells } from '../../../src/tui/text/fit-cells.ts';
import { Screen } from '../../support/screen.ts';

describe('the change of a row', () => {
  it.each([
    ['qmon> a', 'qmon> ab', { column: 7, text: 'b', end: 8 }],
    ['qmon> ab', 'qmon> a', { column: 7, text: '\x1b[K', end: 7 }],
    ['\x1b[36mqmon> \x1b[39ma', '\x1b[36mqmon> \x1b[39mab', { column: 7, text: 'b', end: 8 }],
    ['\x1b[2mab\x1b[22m', '\x1b[2mac\x1b[22m', { column: 1, text: '\x1b[2mc\x1b[22m', end: 2 }],
    ['\x1b[1;31mab', '\x1b[1;32mab', { column: 0, text: '\x1b[1;32mab', end: 2 }],
    ['日本', '日本語', { column: 0, text: '日本語\x1b[K', end: Number.NaN }],
    ['e', 'e\u0301', { column: 0, text: 'e\u0301\x1b[K', end: Number.NaN }],
  ])('from %j to %j is %j', (have, want, change) => {
    expect(rowChange(have, want)).toEqual(change);
  });

  it('leaves the screen as a whole row would, whatever changes', async () => {
    const pieces = ['a', 'bc', '\x1b[1mx\x1b[22m', '\x1b[36mqmon> \x1b[39m', '日', 'e\u0301', '\x1b[7m─\x1b[27m', ' '];
    let seed = Number(process.env.QMON_SEED ?? 1);
    const random = (below: number) => (seed = (seed * 1103515245 + 12345) % 2147483648) % below;
    const screen = new Screen(60, 10);
    const painter = new InlinePainter(screen, { wrapsRows: true, wrapsCursorRow: false });
    for (let round = 0; round < 300; round++) {
      const rows = Array.from({ length: 3 }, () => Array.from({ length: random(12) }, () => pieces[random(pieces.length)]).join(''));
      painter.paint({ rows, caret: { row: 2, column: random(10) } });
      const plain = rows.map((row) => row.replace(/\x1b\[\d+m/g, '').trimEnd());
      while (plain.at(-1) === '') plain.pop();
      expect(await screen.visible(), `QMON_SEED=${process.env.QMON_SEED ?? 1}, round ${round}`).toEqual(plain);
    }
  });

  it('costs a typed character one byte, and one taken back a few', async () => {
    const screen = new Screen(80, 24);
    const painter = new InlinePainter(screen, { wrapsRows: true, wrapsCursorRow: false });
    const type = (line: string) => {
      const before = screen.written.length;
      painter.paint({ rows: ['── status ──', `\x1b[36mqmon> \x1b[39m${line}`], caret: { row: 1, column: 6 + line.length } });
      return screen.written.length - before;
    };
    type('');
    expect([...'info block'].map((_, index) => type('info block'.slice(0, index + 1)))).toEqual(Array(10).fill(1));
    expect(type('info bloc')).toBeLessThan(10);
    expect(await screen.visible()).toEqual(['── status ──', 'qmon> info bloc']);
  });

  it('keeps columns in line behind characters that the terminal counts otherwise', async () => {
    const screen = new Screen(60, 10);
    const painter = new InlinePainter(screen, { wrapsRows: true, wrapsCursorRow: false });
    const names = ['plain.img', '日本語.raw', 'e\u0301te\u0301.img', '👩‍👩‍👧 family', '🇩🇪 flag', 'שלום.iso', '❤️ heart', 'नमस्ते'];
    const row = (name: string) => `${padCells(name, 16)}| end`;
    painter.paint({ rows: ['x'], caret: { row: 0, column: 0 } }, names.map(row));
    painter.paint({ rows: names.map(row), caret: { row: 0, column: 0 } });
    for (const line of await screen.cells('|')) expect(line).toBe(16);
  });
});
