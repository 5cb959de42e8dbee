import { describe, expect, it } from 'vitest';
import type { Frame } from '../../../src/tui/screen/frame.ts';
import { InlinePainter } from '../../../src/tui/screen/inline-painter.ts';
import { Screen } from '../../support/screen.ts';

const habit = { wrapsRows: true, wrapsCursorRow: false };

function block(...rows: string[]): Frame {
  return { rows, caret: { row: rows.length - 1, column: rows.at(-1)!.length } };
}

function lines(from: number, to: number): string[] {
  return Array.from({ length: to - from + 1 }, (_, index) => `line ${from + index}`);
}

describe('the inline painter', () => {
  it('replaces the skeleton and puts the cursor at the caret', async () => {
    const screen = new Screen(40, 10);
    screen.write('$ qmon\r\nqmon> ');
    new InlinePainter(screen, habit, 'qmon> ').paint(block('panel', 'qmon> ab'));
    expect(await screen.visible()).toEqual(['$ qmon', 'panel', 'qmon> ab']);
    expect(await screen.cursor()).toEqual({ row: 2, column: 8 });
  });

  it('prints lines above the block, in order and without gaps, far past one screen', async () => {
    const screen = new Screen(40, 10);
    const painter = new InlinePainter(screen, habit);
    painter.paint(block('panel', 'qmon> '));
    for (let line = 1; line <= 50; line += 7) painter.paint(block('panel', `qmon> ${line}`), lines(line, Math.min(50, line + 6)));
    expect(await screen.all()).toEqual([...lines(1, 50), 'panel', 'qmon> 50']);
  });

  it('writes only the rows that changed', async () => {
    const screen = new Screen(40, 10);
    const painter = new InlinePainter(screen, habit);
    painter.paint(block('one', 'two', 'qmon> '));
    screen.written = '';
    painter.paint(block('one', 'TWO', 'qmon> '));
    expect(screen.written).not.toContain('one');
    painter.paint(block('one', 'TWO', 'qmon> x'));
    expect(await screen.visible()).toEqual(['one', 'TWO', 'qmon> x']);
    expect(await screen.cursor()).toEqual({ row: 2, column: 7 });
  });

  it('writes nothing when nothing changed', () => {
    const screen = new Screen(40, 10);
    const painter = new InlinePainter(screen, habit);
    painter.paint(block('one', 'qmon> '));
    screen.written = '';
    painter.paint(block('one', 'qmon> '));
    expect(screen.written).toBe('');
  });

  it('keeps the prompt on its row when the block shrinks, and fills the gap with output', async () => {
    const screen = new Screen(40, 8);
    const painter = new InlinePainter(screen, habit);
    painter.paint(block('a', 'b', 'c', 'qmon> '), lines(1, 10));
    painter.paint(block('c', 'qmon> '));
    expect(await screen.visible()).toEqual(['line 7', 'line 8', 'line 9', 'line 10', '', '', 'c', 'qmon>']);
    painter.paint(block('c', 'qmon> '), ['line 11']);
    painter.paint(block('c', 'qmon> '), ['line 12', 'line 13']);
    expect(await screen.all()).toEqual([...lines(1, 13), 'c', 'qmon>']);
  });

  it('lets the terminal wrap long printed lines, rows that end at the margin and wide characters included', async () => {
    const screen = new Screen(20, 10);
    const painter = new InlinePainter(screen, habit);
    painter.paint(block('x'.repeat(19), 'qmon> '));
    const long = ['a'.repeat(20), 'b'.repeat(45), 'c'.repeat(40), `${'d'.repeat(19)}漢字`, 'end'];
    painter.paint(block('x'.repeat(19), 'qmon> '), long);
    const all = (await screen.all()).join('\n');
    for (const line of long) expect(all).toContain(line);
    expect(all.endsWith(`${'x'.repeat(19)}\nqmon>`)).toBe(true);
  });

  it('cuts rows of the block to the width', async () => {
    const screen = new Screen(20, 10);
    new InlinePainter(screen, habit).paint(block('x'.repeat(50), 'qmon> '));
    expect(await screen.visible()).toEqual(['x'.repeat(19), 'qmon>']);
  });

  it('never shows more rows than the terminal has', async () => {
    const screen = new Screen(20, 5);
    new InlinePainter(screen, habit).paint(block(...lines(1, 9), 'qmon> '));
    expect(await screen.visible()).toEqual(['line 7', 'line 8', 'line 9', 'qmon>']);
  });
});

describe('a resize', () => {
  const frame = (screen: Screen) => block('─'.repeat(screen.columns - 1), ...lines(1, 3).map((line) => line.padEnd(screen.columns - 1, '.')), 'qmon> ab');

  it.each([
    ['narrower', 50, 20], ['wider', 110, 20], ['taller', 80, 40], ['shorter', 80, 12], ['narrower and shorter', 60, 16], ['much narrower', 30, 24],
  ])('%s leaves no ghost lines and loses no output', async (_title, cols, rows) => {
    const screen = new Screen(80, 20);
    const painter = new InlinePainter(screen, habit);
    const printed = Array.from({ length: 40 }, (_, index) => `output ${index + 1}`);
    painter.paint(frame(screen), printed);
    await screen.resize(cols, rows);
    painter.resized();
    painter.paint(frame(screen));
    const after = Array.from({ length: 30 }, (_, index) => `later ${index + 1}`);
    painter.paint(frame(screen), after);
    expect(await screen.all()).toEqual([...printed, ...after, ...frame(screen).rows]);
  });

  it('again and again, as when a window is dragged, leaves no ghost lines', async () => {
    const screen = new Screen(100, 30);
    const painter = new InlinePainter(screen, habit);
    const printed = Array.from({ length: 60 }, (_, index) => `output ${index + 1}`);
    painter.paint(frame(screen), printed);
    for (const cols of [...Array.from({ length: 40 }, (_, index) => 100 - index), ...Array.from({ length: 60 }, (_, index) => 61 + index)]) {
      await screen.resize(cols, 30 - (cols % 5));
      painter.resized();
      painter.paint(frame(screen));
    }
    expect(await screen.all()).toEqual([...printed, ...frame(screen).rows]);
  });
});

describe('giving the terminal back', () => {
  it('leaves only the output, with the cursor below it', async () => {
    const screen = new Screen(40, 10);
    const painter = new InlinePainter(screen, habit);
    painter.paint(block('panel', 'qmon> ab'), ['one', 'two']);
    painter.remove();
    expect(await screen.visible()).toEqual(['one', 'two']);
    expect(await screen.cursor()).toEqual({ row: 2, column: 0 });
  });

  it('can begin anew below what others wrote meanwhile', async () => {
    const screen = new Screen(40, 10);
    const painter = new InlinePainter(screen, habit);
    painter.paint(block('panel', 'qmon> '), ['one']);
    painter.remove();
    screen.write('[1]+ Stopped\r\n$ fg\r\n');
    painter.restart();
    painter.paint(block('panel', 'qmon> '));
    expect(await screen.visible()).toEqual(['one', '[1]+ Stopped', '$ fg', 'panel', 'qmon>']);
  });
});
