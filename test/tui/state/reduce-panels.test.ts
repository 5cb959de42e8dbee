import { describe, expect, it } from 'vitest';
import { initialPanels, isShown, viewOf } from '../../../src/tui/state/panels-state.ts';
import type { PanelsState } from '../../../src/tui/state/panels-state.ts';
import { reducePanels } from '../../../src/tui/state/reduce-panels.ts';
import type { PanelAction } from '../../../src/tui/state/reduce-panels.ts';

const after = (...actions: PanelAction[]): PanelsState => actions.reduce(reducePanels, initialPanels);

describe('the panels', () => {
  it('are put away one by one or all together, and those of the settings brought back when some are missing', () => {
    const all: PanelAction = { type: 'panels-toggle', ids: ['jobs', 'wire'] };
    const away = after({ type: 'panels-hide', ids: ['wire'] }, all);
    expect(away.hidden).toEqual(['jobs', 'wire']);
    expect(reducePanels(away, all).hidden).toEqual(['wire']);
    expect(reducePanels(away, { type: 'panel-toggle', id: 'jobs' }).hidden).toEqual(['wire']);
  });

  it('lose the keys and the whole room when they are put away', () => {
    const zoomed = after({ type: 'panel-focus', id: 'jobs' }, { type: 'panel-zoom', id: 'jobs' });
    expect([isShown(zoomed, 'jobs'), isShown(zoomed, 'blocks')]).toEqual([true, false]);
    expect(reducePanels(zoomed, { type: 'panel-toggle', id: 'jobs' })).toEqual({ ...initialPanels, hidden: ['jobs'] });
    expect(reducePanels(zoomed, { type: 'panel-zoom', id: 'jobs' })).toEqual({ ...initialPanels, focus: 'jobs' });
  });

  it('give the keys back with the filter closed', () => {
    const typing = after({ type: 'panel-focus', id: 'jobs' }, { type: 'panel-filter-start', id: 'jobs' }, { type: 'panel-filter-set', id: 'jobs', text: 'x' });
    expect(reducePanels(typing, { type: 'panel-focus', id: undefined })).toMatchObject({ isFiltering: false, views: { jobs: { filter: 'x' } } });
  });

  it('are looked at each in its own way', () => {
    const state = after(
      { type: 'panel-choose', id: 'blocks', key: 'cd0', index: 2 }, { type: 'panel-fold', id: 'blocks', key: 'cd0', isOpen: true },
      { type: 'panel-sort', id: 'blocks', column: 'SIZE' }, { type: 'panel-sort-turn', id: 'blocks' }, { type: 'panel-sort-turn', id: 'jobs' });
    expect(viewOf(state, 'blocks')).toEqual({ chosen: { key: 'cd0', index: 2 }, open: { cd0: true }, sort: { column: 'SIZE', isDescending: false } });
    expect(viewOf(state, 'jobs')).toEqual({ open: {} });
    expect(viewOf(reducePanels(state, { type: 'panel-fold-all', id: 'blocks', isOpen: false }), 'blocks')).toMatchObject({ open: {}, allOpen: false });
    expect(viewOf(reducePanels(state, { type: 'panel-sort', id: 'blocks', column: undefined }), 'blocks').sort).toBeUndefined();
  });
});
