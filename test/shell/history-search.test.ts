import { describe, expect, it } from 'vitest';
import {
  searchMatch, searchNewer, searchOlder, searchText, setQuery, startSearch, startWalk, walkDown, walkText, walkUp,
} from '../../src/shell/history-search.ts';

const lines = ['info block', 'eject ide1-cd0', 'info status', 'eject ide1-cd0', 'query-block'];

describe('walking through the history', () => {
  it('goes from the newest line to the oldest and back to what was typed', () => {
    let walk = walkUp(lines, startWalk(lines, ''));
    expect(walkText(lines, walk)).toBe('query-block');
    walk = walkUp(lines, walkUp(lines, walkUp(lines, walkUp(lines, walkUp(lines, walk)))));
    expect(walkText(lines, walk)).toBe('info block');
    for (let count = 0; count < 9; count++) walk = walkDown(lines, walk);
    expect(walkText(lines, walk)).toBe('');
  });

  it('visits only lines that begin with what was typed', () => {
    let walk = walkUp(lines, startWalk(lines, 'info'));
    expect(walkText(lines, walk)).toBe('info status');
    walk = walkUp(lines, walk);
    expect(walkText(lines, walk)).toBe('info block');
    expect(walkUp(lines, walk)).toBe(walk);
    expect(walkText(lines, walkDown(lines, walkDown(lines, walk)))).toBe('info');
  });

  it('skips lines that read the same', () => {
    const walk = walkUp(lines, startWalk(lines, 'eject'));
    expect(walkUp(lines, walk)).toBe(walk);
  });
});

describe('searching the history', () => {
  it('finds the newest line that holds the query, then older and newer ones', () => {
    let search = setQuery(lines, startSearch(lines, 'typed'), 'info');
    expect(searchText(lines, search)).toBe('info status');
    search = searchOlder(lines, search);
    expect(searchText(lines, search)).toBe('info block');
    expect(searchText(lines, searchNewer(lines, search))).toBe('info status');
  });

  it('keeps what it found and says so when there is no more', () => {
    const search = searchOlder(lines, searchOlder(lines, setQuery(lines, startSearch(lines, ''), 'info')));
    expect(search.found).toBe(false);
    expect(searchText(lines, search)).toBe('info block');
  });

  it('looks on from the line shown while the query grows, and begins again when it shrinks', () => {
    let search = setQuery(lines, startSearch(lines, ''), 'i');
    expect(searchText(lines, search)).toBe('eject ide1-cd0');
    search = setQuery(lines, search, 'in');
    expect(searchText(lines, search)).toBe('info status');
    expect(searchText(lines, setQuery(lines, search, 'e'))).toBe('query-block');
  });

  it('shows the typed text again for an empty query, and where the query stands', () => {
    const search = setQuery(lines, startSearch(lines, 'typed'), 'status');
    expect(searchMatch(lines, search)).toEqual({ start: 5, end: 11 });
    expect(searchText(lines, setQuery(lines, search, ''))).toBe('typed');
  });

  it('minds capitals only when the query has some', () => {
    expect(setQuery(['Eject'], startSearch([], ''), 'eject').found).toBe(true);
    expect(setQuery(['eject'], startSearch([], ''), 'EJ').found).toBe(false);
  });
});
