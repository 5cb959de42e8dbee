import type { LinkState } from '../../qmp/link.ts';
import type { Completion, LiveView } from '../../shell/session.ts';
import type { Translation } from '../../shell/translate/translation.ts';
import type { Timeline } from '../../shell/replay/player.ts';
import { openPopup, refreshPopup, selectNext } from './completion-popup.ts';
import { acceptGhost, withGhost } from './ghost.ts';
import { edit, emptyEditor } from './line-editor.ts';
import type { EditAction } from './line-editor.ts';
import { reduceHistory } from './reduce-history.ts';
import type { HistoryAction } from './reduce-history.ts';
import { reducePanels } from './reduce-panels.ts';
import type { PanelAction } from './reduce-panels.ts';
import type { RunningLine, ScreenState, TabsState } from './screen-state.ts';

export type ScreenAction =
  | EditAction
  | HistoryAction
  | { readonly type: 'completed'; readonly why: 'tab' | 'typing'; readonly text: string; readonly cursor: number; readonly completion: Completion }
  | { readonly type: 'popup-step'; readonly step: 1 | -1 } | { readonly type: 'popup-accept' } | { readonly type: 'popup-close' }
  | PanelAction
  | { readonly type: 'ghost-accept'; readonly part: 'all' | 'word' }
  | { readonly type: 'translated'; readonly text: string; readonly translation: Translation | undefined }
  | { readonly type: 'mode-toggle' } | { readonly type: 'scroll'; readonly rows: number; readonly limit: number }
  | { readonly type: 'line-queued'; readonly text: string } | { readonly type: 'line-started'; readonly line: RunningLine }
  | { readonly type: 'line-shows'; readonly id: number; readonly view: LiveView }
  | { readonly type: 'timeline'; readonly timeline: Timeline }
  | { readonly type: 'tabs'; readonly tabs: TabsState }
  | { readonly type: 'line-ended'; readonly id: number } | { readonly type: 'queue-dropped' }
  | { readonly type: 'question-asked'; readonly text: string; readonly subject: string } | { readonly type: 'question-answered' }
  | { readonly type: 'notice'; readonly text: string } | { readonly type: 'ask-to-leave' }
  | { readonly type: 'link'; readonly state: LinkState; readonly nowMs: number }
  | { readonly type: 'reading'; readonly vmStatus: string | undefined; readonly problem: string | undefined }
  | { readonly type: 'key-pressed' } | { readonly type: 'tick'; readonly nowMs: number };

/** The one writer of the screen's state. `history` are the lines typed before. */
export function reduceScreen(state: ScreenState, action: ScreenAction, history: readonly string[]): ScreenState {
  const next = reduce(state, action, history);
  const isSame = next.editor === state.editor && next.popup === state.popup && next.search === state.search && next.walk === state.walk;
  return isSame ? next : withGhost(next, history);
}

function reduce(state: ScreenState, action: ScreenAction, history: readonly string[]): ScreenState {
  switch (action.type) {
    case 'insert': case 'move': case 'erase': case 'kill': case 'yank': case 'yank-older': case 'transpose': case 'undo':
    case 'replace': case 'set': case 'reset':
      return editLine(state, action);
    case 'walk': case 'search-start': case 'search-type': case 'search-step': case 'search-end':
      return reduceHistory(state, action, history);
    case 'completed': return completed(state, action);
    case 'popup-step': return state.popup ? { ...state, popup: selectNext(state.popup, action.step) } : state;
    case 'popup-accept': return acceptCandidate(state);
    case 'popup-close': return withoutPopup(state);
    case 'ghost-accept': return acceptGhost(state, action.part);
    case 'translated': return translated(state, action);
    case 'panel-toggle': case 'panels-toggle': case 'panels-hide': case 'panel-focus': case 'panel-zoom': case 'panel-choose':
    case 'panel-fold': case 'panel-fold-all': case 'panel-sort': case 'panel-sort-turn':
    case 'panel-filter-start': case 'panel-filter-set': case 'panel-filter-end':
      return { ...state, panels: reducePanels(state.panels, action) };
    case 'mode-toggle': return { ...state, mode: state.mode === 'inline' ? 'full-screen' : 'inline', scrolledBack: 0 };
    case 'scroll': return { ...state, scrolledBack: Math.max(0, Math.min(action.limit, state.scrolledBack + action.rows)) };
    case 'line-queued': return { ...state, waiting: [...state.waiting, action.text] };
    case 'line-started': return { ...state, running: action.line, waiting: state.waiting.slice(1), nowMs: action.line.sinceMs };
    case 'line-shows': return state.running?.id === action.id ? { ...state, shown: action.view } : state;
    case 'timeline': return { ...state, timeline: action.timeline };
    case 'tabs': return withTabs(state, action.tabs);
    case 'line-ended': return state.running?.id === action.id ? withoutRunning(state) : state;
    case 'queue-dropped': return { ...state, waiting: [] };
    case 'question-asked': return askQuestion(state, action);
    case 'question-answered': return closeQuestion(state);
    case 'notice': return { ...state, notice: action.text };
    case 'ask-to-leave': return { ...state, askedToLeave: true, notice: state.tabs ? 'Ctrl-C again closes this tab' : 'Ctrl-C again leaves' };
    case 'link': return { ...state, link: action.state, linkSinceMs: action.nowMs, nowMs: action.nowMs };
    case 'reading': return read(state, action);
    case 'key-pressed': return keyPressed(state);
    case 'tick': return { ...state, nowMs: action.nowMs };
  }
}

/** An edit ends a walk through the history; the list of candidates follows the line, or closes when the caret leaves its word. */
function editLine(state: ScreenState, action: EditAction): ScreenState {
  const editor = edit(state.editor, action);
  if (editor === state.editor) return state;
  const { walk: _walk, expects: _expects, translation, ...rest } = state;
  const kept = translation === undefined || editor.text === '' ? rest : { ...rest, translation };
  const next: ScreenState = { ...(editor.text === state.editor.text ? state : kept), editor };
  const { popup } = next;
  if (popup === undefined) return next;
  const to = popup.to + editor.text.length - state.editor.text.length;
  const isInside = action.type !== 'move' && action.type !== 'reset' && editor.cursor >= popup.from && to >= popup.from;
  return isInside ? { ...next, popup: { ...popup, to, isStale: true } } : withoutPopup(next);
}

function translated({ translation: _, ...state }: ScreenState, { text, translation: told }: { text: string; translation?: Translation }): ScreenState {
  return told === undefined || state.editor.text === '' ? state : { ...state, translation: { text, told } };
}

/** What was typed so far waits behind the question; nothing of it is part of the answer. */
function askQuestion(state: ScreenState, { text, subject }: Extract<ScreenAction, { type: 'question-asked' }>): ScreenState {
  const { popup: _popup, search, walk: _walk, expects: _expects, translation: _translation, ...rest } = state;
  const draft = search === undefined ? state.editor : edit(state.editor, { type: 'set', text: search.typed });
  return { ...rest, question: { text, subject, draft }, editor: { ...emptyEditor, kills: state.editor.kills } };
}

function closeQuestion({ question, ...state }: ScreenState): ScreenState {
  return question === undefined ? state : { ...state, editor: question.draft };
}

function completed(state: ScreenState, action: Extract<ScreenAction, { type: 'completed' }>): ScreenState {
  const { completion } = action;
  if (action.text !== state.editor.text || action.cursor !== state.editor.cursor) return state;
  const told = withExpects(state, completion.expects);
  if (action.why === 'typing') {
    if (state.popup === undefined) return told;
    const popup = refreshPopup(state.popup, completion);
    return popup ? { ...told, popup } : withoutPopup(told);
  }
  const result = openPopup(action.text, completion);
  if (result.insert === undefined && result.popup === undefined) {
    return { ...withoutPopup(told), notice: completion.expects === undefined ? 'nothing to complete here' : `type ${completion.expects}` };
  }
  const { from, to } = completion;
  const editor = result.insert === undefined ? state.editor : edit(state.editor, { type: 'replace', from, to, text: result.insert });
  const { popup: _, ...rest } = told;
  return { ...rest, editor, ...(result.popup ? { popup: result.popup } : {}) };
}

function acceptCandidate(state: ScreenState): ScreenState {
  const { popup } = state;
  const candidate = popup?.candidates[popup.selected];
  if (popup === undefined || candidate === undefined) return withoutPopup(state);
  const editor = edit(state.editor, { type: 'replace', from: popup.from, to: popup.to, text: candidate.insert });
  return withExpects(withoutPopup({ ...state, editor }), undefined);
}

function read({ vmStatus: _status, staleBecause: _problem, ...state }: ScreenState, { vmStatus, problem }: { vmStatus?: string; problem?: string }): ScreenState {
  return { ...state, ...(vmStatus === undefined ? {} : { vmStatus }), ...(problem === undefined ? {} : { staleBecause: problem }) };
}

function keyPressed(state: ScreenState): ScreenState {
  if (state.notice === undefined && !state.askedToLeave) return state;
  const { notice: _, ...rest } = state;
  return { ...rest, askedToLeave: false };
}

function withExpects({ expects: _, ...state }: ScreenState, expects: string | undefined): ScreenState {
  return expects === undefined ? state : { ...state, expects };
}

function withoutPopup({ popup: _, ...state }: ScreenState): ScreenState {
  return state;
}

function withTabs({ tabs: _, ...state }: ScreenState, tabs: TabsState): ScreenState {
  return tabs.tabs.length > 1 ? { ...state, tabs } : state;
}

function withoutRunning({ running: _running, shown: _shown, ...state }: ScreenState): ScreenState {
  return state;
}
