import { describe, expect, it } from 'vitest';
import { commonPrefix, openPopup, visibleCandidates } from '../../../src/tui/state/completion-popup.ts';

const popup = (count: number, selected: number) => ({
  from: 0, to: 0, selected, candidates: Array.from({ length: count }, (_, index) => ({ insert: `${index}`, label: `${index}`, kind: 'value' as const })),
});

describe('the shared beginning', () => {
  it('is found, and never ends inside a character', () => {
    expect(commonPrefix(['query-block ', 'query-blockstats '])).toBe('query-block');
    expect(commonPrefix(['👍🏽a', '👍🏻b'])).toBe('');
    expect(commonPrefix([])).toBe('');
  });
});

describe('Tab', () => {
  const tab = (text: string, ...inserts: string[]) =>
    openPopup(text, { from: 0, to: text.length, candidates: inserts.map((insert) => ({ insert, label: insert, kind: 'command' as const })) });

  it('puts in the one candidate that begins with what was typed, whatever else resembles it', () => {
    expect(tab('eje', 'eject ', 'sev-inject-launch-secret ', 'rtc-reset-reinjection ')).toEqual({ insert: 'eject ' });
  });

  it('goes as far as the candidates that begin so have in common, and lists all of them', () => {
    const { insert, popup } = tab('query-b', 'query-block ', 'query-blockstats ', 'x-query-balloon ');
    expect(insert).toBe('query-block');
    expect(popup?.candidates).toHaveLength(3);
  });

  it('lists what resembles the word when nothing begins with it', () => {
    expect(tab('qblk', 'query-block ', 'query-blockstats ').popup?.candidates).toHaveLength(2);
  });
});

describe('the window over the candidates', () => {
  it('always holds the chosen one', () => {
    for (let selected = -1; selected < 30; selected++) {
      const { first, rows } = visibleCandidates(popup(30, selected), 7);
      expect(rows).toHaveLength(7);
      if (selected >= 0) expect(selected >= first && selected < first + 7).toBe(true);
    }
  });
});
