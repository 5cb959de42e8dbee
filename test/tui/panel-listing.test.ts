import { describe, expect, it } from 'vitest';
import { EventLog } from '../../src/shell/event-log.ts';
import { noJobHistory } from '../../src/shell/finished-jobs.ts';
import { noRates } from '../../src/shell/io-rates.ts';
import { noGrowth } from '../../src/shell/node-growth.ts';
import { WireLog } from '../../src/shell/wire-log.ts';
import type { Panel, PanelModel } from '../../src/tui/panel.ts';
import { chosenIndex, firstInSight, listRows } from '../../src/tui/panel-listing.ts';
import type { PanelView } from '../../src/tui/state/panels-state.ts';
import { shownLines } from '../support/seen-panel.ts';

interface Fruit {
  readonly name: string;
  readonly weight?: number;
  readonly parts?: readonly Fruit[];
}

const fruits: readonly Fruit[] = [
  { name: 'pear', weight: 3 }, { name: 'apple', weight: 10, parts: [{ name: 'core', parts: [{ name: 'seed' }] }, { name: 'skin' }] }, { name: 'unweighed' },
];
let texts = 0;
const panel: Panel<Fruit> = {
  id: 'fruits', title: 'fruits', key: 'f7', refreshOn: [], order: 1, actions: [],
  columns: [
    { title: 'FRUIT', priority: 0, text: ({ name }) => (texts++, name), sort: ({ name }) => name },
    { title: 'WEIGHT', priority: 1, text: ({ weight }) => String(weight ?? '–'), sort: ({ weight }) => weight },
  ],
  rows: () => fruits,
  keyOf: ({ name }) => name,
  textOf: ({ name }) => name,
  below: ({ parts = [] }) => parts,
  empty: () => 'no fruit',
};
const model: PanelModel = { snapshot: { atMs: 1, block: [], stats: [], jobs: [], nodes: [] }, rates: noRates, growth: noGrowth, jobs: [], jobHistory: noJobHistory, events: new EventLog(), wire: new WireLog() };
const names = (view: Partial<PanelView>) => listRows(panel, model, { open: {}, ...view }, false).rows.map(({ key }) => key);

describe('the rows of a panel', () => {
  it('come in the far end\'s order, folded', () => {
    expect(names({})).toEqual(['pear', 'apple', 'unweighed']);
  });

  it('are ordered by a column, what is unknown last in either direction', () => {
    expect(names({ sort: { column: 'WEIGHT', isDescending: true } })).toEqual(['apple', 'pear', 'unweighed']);
    expect(names({ sort: { column: 'WEIGHT', isDescending: false } })).toEqual(['pear', 'apple', 'unweighed']);
    expect(names({ sort: { column: 'FRUIT', isDescending: false } })).toEqual(['apple', 'pear', 'unweighed']);
  });

  it('are filtered by words that must, and words that must not be there', () => {
    expect(names({ filter: 'P E' })).toEqual(['pear', 'apple']);
    expect(names({ filter: 'p !pear' })).toEqual(['apple']);
    expect(listRows(panel, model, { open: {}, filter: 'zzz' }, false)).toMatchObject({ rows: [], total: 3, passed: 0 });
  });

  it('keep what hangs below a row with it, folded or not', () => {
    expect(names({ open: { apple: true } })).toEqual(['pear', 'apple', 'core', 'seed', 'skin', 'unweighed']);
    expect(names({ allOpen: true, open: { core: false } })).toEqual(['pear', 'apple', 'core', 'skin', 'unweighed']);
    expect(shownLines(panel, model, { view: { open: { apple: true } } }).slice(2, 6).map((line) => line.replace(/ +–$/, ''))).toEqual([
      'apple      10', '├ core', '│ └ seed', '└ skin',
    ]);
  });
});

describe('the chosen row', () => {
  const listing = listRows(panel, model, { open: {} }, false);

  it('stays the same row when others come and go, and its place when it goes itself', () => {
    expect(chosenIndex(listing, { open: {}, chosen: { key: 'unweighed', index: 0 } })).toBe(2);
    expect(chosenIndex(listing, { open: {}, chosen: { key: 'gone', index: 1 } })).toBe(1);
    expect(chosenIndex(listing, { open: {}, chosen: { key: 'gone', index: 9 } })).toBe(2);
  });

  it('is in sight, and only rows in sight have texts made', () => {
    expect([firstInSight(100, 0, 10), firstInSight(100, 50, 10), firstInSight(100, 99, 10), firstInSight(3, 2, 10)]).toEqual([0, 45, 90, 0]);
    const many: Panel<Fruit> = { ...panel, rows: () => Array.from({ length: 1000 }, (_, index) => ({ name: `n${index}` })) };
    texts = 0;
    const lines = shownLines(many, model, { height: 6, isFocused: true, view: { chosen: { key: 'n500', index: 500 } } });
    expect(lines[0]).toMatch(/FRUIT 499-503\/1000/);
    expect(lines.filter((line) => line.startsWith('▸'))).toEqual([expect.stringContaining('n500')]);
    expect(texts).toBe(5);
  });
});
