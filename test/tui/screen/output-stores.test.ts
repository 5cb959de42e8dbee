import { describe, expect, it } from 'vitest';
import { PrintQueue } from '../../../src/tui/screen/print-queue.ts';
import { Scrollback } from '../../../src/tui/screen/scrollback.ts';

function lines(count: number, word = 'line'): string[] {
  return Array.from({ length: count }, (_, index) => `${word} ${index + 1}`);
}

const summary = (skipped: number) => `… ${skipped} more events`;

describe('the print queue', () => {
  it('gives own output whole and in order, in portions', () => {
    const queue = new PrintQueue();
    queue.add(lines(25), false);
    const taken = [queue.take(10, 5, summary), queue.take(10, 5, summary), queue.take(10, 5, summary)];
    expect(taken.flat()).toEqual(lines(25));
    expect(queue.isEmpty).toBe(true);
  });

  it('shortens a flood of events to the room there is, newest kept, and says how many it left out', () => {
    const queue = new PrintQueue();
    queue.add(lines(850, 'event'), true);
    expect(queue.take(1000, 10, summary)).toEqual(['… 841 more events', ...lines(850, 'event').slice(-9)]);
  });

  it('leaves own output alone in a flood', () => {
    const queue = new PrintQueue();
    queue.add(lines(100, 'event'), true);
    queue.add(lines(30), false);
    queue.add(lines(100, 'event'), true);
    expect(queue.take(1000, 10, summary).filter((line) => line.startsWith('line'))).toEqual(lines(30));
  });

  it('is bounded when nobody takes', () => {
    const queue = new PrintQueue();
    for (let count = 0; count < 100; count++) queue.add(lines(1000, 'event'), true);
    const taken = queue.take(1e6, 1e6, summary);
    expect(taken.length).toBeLessThan(12_000);
    expect(Number(/\d+/.exec(taken[0]!)) + taken.length - 1).toBe(100_000);
  });
});

describe('the scrollback', () => {
  it('keeps the last lines and counts all', () => {
    const scrollback = new Scrollback(100);
    for (let count = 0; count < 50; count++) scrollback.add(lines(17));
    expect([scrollback.size, scrollback.total]).toEqual([100, 850]);
    expect(scrollback.rows({ width: 80, height: 1000, back: 0 })).toHaveLength(100);
  });

  it('shows rows as the width wraps them, from the newest or further back', () => {
    const scrollback = new Scrollback();
    scrollback.add(['one', 'abcdef', 'two']);
    expect(scrollback.rows({ width: 4, height: 3, back: 0 })).toEqual(['abcd', 'ef', 'two']);
    expect(scrollback.rows({ width: 4, height: 2, back: 1 })).toEqual(['abcd', 'ef']);
    expect(scrollback.rows({ width: 4, height: 2, back: 99 })).toEqual(['one', 'abcd']);
  });

  it('gives what came since a mark, and how much of it is gone', () => {
    const scrollback = new Scrollback(10);
    scrollback.add(lines(5));
    const mark = scrollback.total;
    expect(scrollback.since(mark)).toEqual({ lines: [], forgotten: 0 });
    scrollback.add(lines(30, 'new'));
    expect(scrollback.since(mark)).toEqual({ lines: lines(30, 'new').slice(-10), forgotten: 20 });
  });
});
