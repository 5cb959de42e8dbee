import { describe, expect, it } from 'vitest';
import { commonPrefix, visibleCandidates } from '../../../src/tui/state/completion-popup.ts';

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

describe('the window over the candidates', () => {
  it('always holds the chosen one', () => {
    for (let selected = -1; selected < 30; selected++) {
      const { first, rows } = visibleCandidates(popup(30, selected), 7);
      expect(rows).toHaveLength(7);
      if (selected >= 0) expect(selected >= first && selected < first + 7).toBe(true);
    }
  });
});
