import { describe, expect, it } from 'vitest';
import type { Candidate, Completion } from '../../../src/shell/session.ts';
import { textCompletion } from '../../../src/tui/plain/text-completion.ts';

const candidates = (...inserts: string[]): Candidate[] => inserts.map((insert) => ({ insert, label: insert.trim(), kind: 'device', detail: `about ${insert.trim()}` }));
const at = (from: number, to: number, offered: readonly Candidate[], expects?: string): Completion => ({ from, to, candidates: offered, ...(expects && { expects }) });

describe('completion where there is no list to choose from', () => {
  it('puts in the only candidate', () => {
    expect(textCompletion('eject i', at(6, 7, candidates('ide1-cd0 ')))).toMatchObject({ typed: 'i', shared: 'ide1-cd0 ' });
  });

  it('puts in what all candidates share', () => {
    expect(textCompletion('eject i', at(6, 7, candidates('ide0-hd0 ', 'ide1-cd0 ')))).toMatchObject({ shared: 'ide' });
  });

  it('lists the candidates in words when they share no more than is typed', () => {
    const { shared, list } = textCompletion('eject ide', at(6, 9, candidates('ide0-hd0 ', 'ide1-cd0 ')));
    expect(shared).toBe('ide');
    expect(list).toEqual(['  ide0-hd0  about ide0-hd0', '  ide1-cd0  about ide1-cd0']);
  });

  it('prefers those that begin with what is typed, and takes a single similar one', () => {
    expect(textCompletion('eject cd', at(6, 8, candidates('ide1-cd0 ', 'cd1 '))).shared).toBe('cd1 ');
    expect(textCompletion('eject cd', at(6, 8, candidates('ide1-cd0 '))).shared).toBe('ide1-cd0 ');
  });

  it('lists several similar ones instead of erasing what is typed', () => {
    const { shared, list } = textCompletion('eject cd', at(6, 8, candidates('ide1-cd0 ', 'ide1-cd1 ')));
    expect(shared).toBe('cd');
    expect(list).toHaveLength(2);
  });

  it('says what is expected when there are none, and how many it does not list', () => {
    expect(textCompletion('x ', at(2, 2, [], 'speed')).list).toEqual(['expected here: speed']);
    expect(textCompletion('', at(0, 0, candidates(...Array.from({ length: 70 }, (_, index) => `${index} `)))).list.at(-1)).toBe('  and 10 more');
  });
});
