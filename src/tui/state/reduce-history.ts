import {
  searchMatch, searchNewer, searchOlder, searchText, setQuery, startSearch, startWalk, walkDown, walkText, walkUp,
} from '../../shell/history-search.ts';
import type { HistorySearch } from '../../shell/history-search.ts';
import { graphemes } from '../text/graphemes.ts';
import { edit } from './line-editor.ts';
import { otherLine } from './motion.ts';
import type { ScreenState } from './screen-state.ts';

export type HistoryAction =
  /** Up and Down: inside a text of several lines first, then through the history. */
  | { readonly type: 'walk'; readonly step: 'older' | 'newer' }
  | { readonly type: 'search-start' }
  /** Text to add to the query, or '\b' to take one character away. */
  | { readonly type: 'search-type'; readonly text: string }
  | { readonly type: 'search-step'; readonly step: 'older' | 'newer' }
  | { readonly type: 'search-end'; readonly keep: boolean };

/** Walks and searches in the lines typed before. */
export function reduceHistory(state: ScreenState, action: HistoryAction, lines: readonly string[]): ScreenState {
  switch (action.type) {
    case 'walk': return walk(state, action.step, lines);
    case 'search-start': return { ...closed(state), search: startSearch(lines, state.editor.text) };
    case 'search-type': return searchFor(state, action.text, lines);
    case 'search-step': {
      if (state.search === undefined) return state;
      const search = action.step === 'older' ? searchOlder(lines, state.search) : searchNewer(lines, state.search);
      return { ...state, search };
    }
    case 'search-end': return endSearch(state, action.keep, lines);
  }
}

function walk(state: ScreenState, step: 'older' | 'newer', lines: readonly string[]): ScreenState {
  const { text, cursor } = state.editor;
  const inside = otherLine(text, cursor, step === 'older' ? -1 : 1);
  if (inside !== undefined) return { ...state, editor: { ...state.editor, cursor: inside, last: 'other' } };
  const before = state.walk ?? startWalk(lines, text);
  const after = step === 'older' ? walkUp(lines, before) : walkDown(lines, before);
  if (after === before || walkText(lines, after) === text) return state;
  return { ...closed(state), walk: after, editor: edit(state.editor, { type: 'set', text: walkText(lines, after) }) };
}

function searchFor(state: ScreenState, text: string, lines: readonly string[]): ScreenState {
  if (state.search === undefined) return state;
  const query = text === '\b' ? graphemes(state.search.query).slice(0, -1).join('') : state.search.query + text;
  return { ...state, search: setQuery(lines, state.search, query) };
}

function endSearch(state: ScreenState, keep: boolean, lines: readonly string[]): ScreenState {
  const { search, ...rest } = state;
  if (search === undefined || !keep) return rest;
  return { ...rest, editor: edit(state.editor, { type: 'set', text: searchText(lines, search), cursor: caretOf(lines, search) }) };
}

function caretOf(lines: readonly string[], search: HistorySearch): number {
  return searchMatch(lines, search)?.start ?? searchText(lines, search).length;
}

function closed({ popup: _popup, walk: _walk, expects: _expects, ...state }: ScreenState): ScreenState {
  return state;
}
