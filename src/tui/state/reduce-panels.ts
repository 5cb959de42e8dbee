import { viewOf } from './panels-state.ts';
import type { PanelsState, PanelView } from './panels-state.ts';

export type PanelAction =
  | { readonly type: 'panel-toggle'; readonly id: string }
  /** Puts all away, or shows those that the settings name. */
  | { readonly type: 'panels-toggle'; readonly ids: readonly string[] }
  /** The panels that the settings do not name. */
  | { readonly type: 'panels-hide'; readonly ids: readonly string[] }
  /** Gives the keys to a panel, or back to the prompt. */
  | { readonly type: 'panel-focus'; readonly id: string | undefined }
  | { readonly type: 'panel-zoom'; readonly id: string }
  | { readonly type: 'panel-choose'; readonly id: string; readonly key: string; readonly index: number }
  | { readonly type: 'panel-fold'; readonly id: string; readonly key: string; readonly isOpen: boolean }
  | { readonly type: 'panel-fold-all'; readonly id: string; readonly isOpen: boolean }
  | { readonly type: 'panel-sort'; readonly id: string; readonly column: string | undefined } | { readonly type: 'panel-sort-turn'; readonly id: string }
  | { readonly type: 'panel-filter-start'; readonly id: string } | { readonly type: 'panel-filter-set'; readonly id: string; readonly text: string }
  | { readonly type: 'panel-filter-end' };

/** The one writer of how panels are looked at. */
export function reducePanels(state: PanelsState, action: PanelAction): PanelsState {
  switch (action.type) {
    case 'panel-toggle': return show(state, toggled(state.hidden, action.id));
    case 'panels-toggle': return show(state, state.hidden.every((id) => state.resting.includes(id)) ? action.ids : state.resting);
    case 'panels-hide': return show({ ...state, resting: action.ids }, action.ids);
    case 'panel-focus': return focus(state, action.id);
    case 'panel-zoom': return zoom(state, action.id);
    case 'panel-choose': return look(state, action.id, { chosen: { key: action.key, index: action.index } });
    case 'panel-fold': return look(state, action.id, { open: { ...viewOf(state, action.id).open, [action.key]: action.isOpen } });
    case 'panel-fold-all': return look(state, action.id, { open: {}, allOpen: action.isOpen });
    case 'panel-sort': return sort(state, action.id, action.column);
    case 'panel-sort-turn': return turnSort(state, action.id);
    case 'panel-filter-start': return { ...state, isFiltering: true };
    case 'panel-filter-set': return filter(state, action.id, action.text);
    case 'panel-filter-end': return { ...state, isFiltering: false };
  }
}

/** A panel that is put away has neither the keys nor the whole room. */
function show({ zoomed, focus: focused, ...state }: PanelsState, hidden: readonly string[]): PanelsState {
  const isGone = focused !== undefined && hidden.includes(focused);
  const kept = focused === undefined || isGone ? {} : { focus: focused };
  const whole = zoomed === undefined || hidden.includes(zoomed) ? {} : { zoomed };
  return { ...state, hidden, isFiltering: state.isFiltering && !isGone, ...kept, ...whole };
}

function focus({ focus: _, ...state }: PanelsState, id: string | undefined): PanelsState {
  return { ...state, isFiltering: false, ...(id === undefined ? {} : { focus: id }) };
}

function zoom({ zoomed, ...state }: PanelsState, id: string): PanelsState {
  return zoomed === id ? state : { ...state, zoomed: id, focus: id };
}

function sort(state: PanelsState, id: string, column: string | undefined): PanelsState {
  const { sort: _, ...view } = viewOf(state, id);
  const next = column === undefined ? view : { ...view, sort: { column, isDescending: true } };
  return { ...state, views: { ...state.views, [id]: next } };
}

function turnSort(state: PanelsState, id: string): PanelsState {
  const { sort: by } = viewOf(state, id);
  return by === undefined ? state : look(state, id, { sort: { ...by, isDescending: !by.isDescending } });
}

/** What passes another filter is looked at from its top. */
function filter(state: PanelsState, id: string, text: string): PanelsState {
  const { chosen: _, ...view } = viewOf(state, id);
  return { ...state, views: { ...state.views, [id]: { ...view, filter: text } } };
}

function look(state: PanelsState, id: string, change: Partial<PanelView>): PanelsState {
  return { ...state, views: { ...state.views, [id]: { ...viewOf(state, id), ...change } } };
}

function toggled(ids: readonly string[], id: string): readonly string[] {
  return ids.includes(id) ? ids.filter((other) => other !== id) : [...ids, id];
}
