import type { LinkState } from '../../qmp/link.ts';
import type { HistorySearch, HistoryWalk } from '../../shell/history-search.ts';
import type { Timeline } from '../../shell/replay/player.ts';
import type { LiveView } from '../../shell/session.ts';
import type { Translation } from '../../shell/translate/translation.ts';
import type { CompletionPopup } from './completion-popup.ts';
import { emptyEditor } from './line-editor.ts';
import type { LineEditor } from './line-editor.ts';
import { initialPanels } from './panels-state.ts';
import type { PanelsState } from './panels-state.ts';

/** A line that was entered and whose answer has not come. */
export interface RunningLine {
  readonly id: number;
  readonly text: string;
  readonly sinceMs: number;
}

/** What somebody has to agree to before a line goes on. */
export interface OpenQuestion {
  /** What would happen, and what would be lost. */
  readonly text: string;
  /** What is to be typed to go on. */
  readonly subject: string;
  /** The line that was being typed: it comes back when the question is answered. */
  readonly draft: LineEditor;
}

/** The connections that have tabs, and which of them shows, from 0. */
export interface TabsState {
  readonly tabs: readonly { readonly label: string; readonly state: LinkState['state'] }[];
  readonly shown: number;
}

/** All that the screen shows, as data. Only `reduceScreen` makes a new one. */
export interface ScreenState {
  readonly editor: LineEditor;
  readonly walk?: HistoryWalk;
  readonly search?: HistorySearch;
  readonly popup?: CompletionPopup;
  /** The rest of an older line that begins with this one; the caret is behind what is typed then. */
  readonly ghost?: string;
  /** What the line comes to; `text` is the line that it was told of. */
  readonly translation?: { readonly text: string; readonly told: Translation };
  /** What is expected at the caret, in words. */
  readonly expects?: string;
  /** The prompt is a question now, and the editor holds the answer. */
  readonly question?: OpenQuestion;
  readonly mode: 'inline' | 'full-screen';
  readonly panels: PanelsState;
  /** How many rows the full-screen output is scrolled back; 0 follows the newest. */
  readonly scrolledBack: number;
  readonly running?: RunningLine;
  /** What the running line shows in place. */
  readonly shown?: LiveView;
  /** Where the replay of a recording stands. */
  readonly timeline?: Timeline;
  /** Absent while there is one connection only. */
  readonly tabs?: TabsState;
  /** Lines entered while another one runs, in order. */
  readonly waiting: readonly string[];
  /** A short remark in the status bar, gone with the next key. */
  readonly notice?: string;
  /** Ctrl-C on an empty line was pressed once. */
  readonly askedToLeave: boolean;
  readonly link: LinkState;
  readonly linkSinceMs: number;
  /** `query-status`'s status, where there is one. */
  readonly vmStatus?: string;
  /** Why the panels do not show the present: the last reading failed. */
  readonly staleBecause?: string;
  /** Monotonic milliseconds, for what counts seconds. */
  readonly nowMs: number;
}

/** The state before anything happened. */
export function initialScreen(link: LinkState, nowMs: number): ScreenState {
  return {
    editor: emptyEditor, mode: 'inline', panels: initialPanels, scrolledBack: 0, waiting: [], askedToLeave: false,
    link, linkSinceMs: nowMs, nowMs,
  };
}
