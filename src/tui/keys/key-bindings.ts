import type { PanelEffect } from '../panel-actor.ts';
import type { ScreenAction } from '../state/reduce-screen.ts';
import type { ScreenState } from '../state/screen-state.ts';

/** What a key does beyond the state: it asks the session, the process or the terminal for something. */
export type Effect =
  | 'submit' | 'new-line' | 'complete' | 'interrupt' | 'end-of-input' | 'redraw' | 'help' | 'suspend' | 'page-up' | 'page-down'
  | 'search-submit' | 'key-names' | 'tab-next' | 'tab-previous' | 'copy-qmp' | 'edit-json' | 'answer' | 'decline' | PanelEffect;

/** One row of the keymap: the help is printed from it. */
export interface KeyBinding {
  /** What the config file calls it; default: what follows from its action (`bindingName`). */
  readonly name?: string;
  readonly keys: readonly string[];
  /**
   * Where it works: while a line is typed, while the list of candidates is open, while older lines are searched,
   * while the rest of an older line is shown ('ghost'), while a question waits, while a panel
   * has the keys, while its filter is typed; while a recording is replayed and the line is empty; 'anywhere' is all of them, after their own keys.
   */
  readonly when: 'line' | 'popup' | 'search' | 'ghost' | 'question' | 'panel' | 'filter' | 'anywhere' | 'timeline';
  /** The one panel whose key it is. */
  readonly panel?: string;
  readonly action: ScreenAction | { readonly effect: Effect } | { readonly perform: () => void };
  readonly description: string;
  /** What rows do that differ in a number only; the help shows those with keys in a row as one. */
  readonly series?: string;
  /** Why the key cannot act now; shown instead of acting. */
  readonly disabledReason?: (state: ScreenState) => string | undefined;
}

const onlyFullScreen = (state: ScreenState) => (state.mode === 'inline' ? 'the terminal itself scrolls here; F2 opens the full screen' : undefined);

/** The keys of every monitor; panels add theirs. */
export const keyBindings: readonly KeyBinding[] = [
  { when: 'line', keys: ['enter', 'ctrl+j'], action: { effect: 'submit' }, description: 'runs the line, or adds one while JSON is open; on an empty line: reconnects now' },
  { when: 'line', keys: ['alt+enter'], action: { effect: 'new-line' }, description: 'adds a line' },
  { when: 'line', keys: ['tab'], action: { effect: 'complete' }, description: 'completes' },
  { when: 'line', keys: ['up', 'ctrl+p'], action: { type: 'walk', step: 'older' }, description: 'line above, then older lines' },
  { when: 'line', keys: ['down', 'ctrl+n'], action: { type: 'walk', step: 'newer' }, description: 'line below, then newer lines' },
  { when: 'line', keys: ['ctrl+r'], action: { type: 'search-start' }, description: 'searches older lines' },

  { when: 'line', keys: ['left', 'ctrl+b'], action: { type: 'move', to: 'left' }, description: 'one character left' },
  { when: 'line', keys: ['right', 'ctrl+f'], action: { type: 'move', to: 'right' }, description: 'one character right' },
  { when: 'line', keys: ['alt+b', 'ctrl+left', 'alt+left'], action: { type: 'move', to: 'word-left' }, description: 'one word left' },
  { when: 'line', keys: ['alt+f', 'ctrl+right', 'alt+right'], action: { type: 'move', to: 'word-right' }, description: 'one word right' },
  { when: 'line', keys: ['ctrl+a', 'home'], action: { type: 'move', to: 'line-start' }, description: 'to the start of the line' },
  { when: 'line', keys: ['ctrl+e', 'end'], action: { type: 'move', to: 'line-end' }, description: 'to the end of the line' },
  { when: 'line', keys: ['alt+<', 'ctrl+home'], action: { type: 'move', to: 'text-start' }, description: 'to the first line' },
  { when: 'line', keys: ['alt+>', 'ctrl+end'], action: { type: 'move', to: 'text-end' }, description: 'to the last line' },

  { when: 'line', keys: ['backspace', 'ctrl+h', 'shift+backspace'], action: { type: 'erase', to: 'left' }, description: 'erases the character before' },
  { when: 'line', keys: ['delete'], action: { type: 'erase', to: 'right' }, description: 'erases the character at the caret' },
  { when: 'line', keys: ['ctrl+k'], action: { type: 'kill', to: 'line-end' }, description: 'cuts to the end of the line' },
  { when: 'line', keys: ['ctrl+u'], action: { type: 'kill', to: 'line-start' }, description: 'cuts to the start of the line' },
  { when: 'line', keys: ['ctrl+w'], action: { type: 'kill', to: 'blank-left' }, description: 'cuts back to a blank' },
  { when: 'line', keys: ['alt+backspace', 'ctrl+alt+h', 'ctrl+backspace'], action: { type: 'kill', to: 'word-left' }, description: 'cuts the word before' },
  { when: 'line', keys: ['alt+d', 'ctrl+delete'], action: { type: 'kill', to: 'word-right' }, description: 'cuts the word after' },
  { when: 'line', keys: ['ctrl+y'], action: { type: 'yank' }, description: 'puts back what was cut' },
  { when: 'line', keys: ['alt+y'], action: { type: 'yank-older' }, description: 'after that: what was cut before it' },
  { when: 'line', keys: ['ctrl+t'], action: { type: 'transpose' }, description: 'swaps two characters' },
  { when: 'line', keys: ['ctrl+_'], action: { type: 'undo' }, description: 'undoes the last change' },

  { when: 'line', keys: ['alt+c'], action: { effect: 'copy-qmp' }, description: 'copies the QMP that the line would send' },
  { when: 'line', keys: ['alt+j'], action: { effect: 'edit-json' }, description: 'makes the line the QMP that it would send, to edit' },
  { when: 'anywhere', keys: ['ctrl+c'], action: { effect: 'interrupt' }, description: 'stops what runs, or clears the line; twice on an empty line: leaves' },
  { when: 'line', keys: ['ctrl+d'], action: { effect: 'end-of-input' }, description: 'leaves on an empty line; else erases a character' },
  { when: 'line', keys: ['?'], action: { effect: 'help' }, description: 'on an empty line: prints these keys' },
  { when: 'anywhere', keys: ['f1'], action: { effect: 'help' }, description: 'prints the keys that work here' },
  { when: 'anywhere', keys: ['alt+?'], action: { effect: 'key-names' }, description: 'prints the names of all keys, for the config file' },
  { when: 'anywhere', keys: ['f2', 'ctrl+o'], action: { type: 'mode-toggle' }, description: 'full screen and back' },
  { when: 'anywhere', keys: ['f6'], action: { effect: 'focus-next' }, description: 'gives the keys to the next panel, and back to the prompt' },
  { when: 'anywhere', keys: ['shift+f6'], action: { effect: 'focus-previous' }, description: 'gives the keys to the panel before' },
  { when: 'line', keys: ['pageup'], action: { effect: 'page-up' }, description: 'full screen: older output', disabledReason: onlyFullScreen },
  { when: 'line', keys: ['pagedown'], action: { effect: 'page-down' }, description: 'full screen: newer output', disabledReason: onlyFullScreen },
  { when: 'anywhere', keys: ['ctrl+l'], action: { effect: 'redraw' }, description: 'clears the screen and paints it again' },
  { when: 'anywhere', keys: ['ctrl+z'], action: { effect: 'suspend' }, description: 'stops qmon until the shell continues it' },

  { when: 'popup', keys: ['tab', 'down', 'ctrl+n'], action: { type: 'popup-step', step: 1 }, description: 'next candidate' },
  { when: 'popup', keys: ['shift+tab', 'up', 'ctrl+p'], action: { type: 'popup-step', step: -1 }, description: 'candidate before' },
  { when: 'popup', keys: ['enter', 'ctrl+j'], action: { type: 'popup-accept' }, description: 'takes the chosen candidate' },
  { when: 'popup', keys: ['escape', 'ctrl+c', 'ctrl+g'], action: { type: 'popup-close' }, description: 'closes the list' },

  { when: 'ghost', keys: ['right', 'end', 'ctrl+e', 'ctrl+f'], action: { type: 'ghost-accept', part: 'all' }, description: 'takes all of it' },
  { when: 'ghost', keys: ['alt+f', 'ctrl+right', 'alt+right'], action: { type: 'ghost-accept', part: 'word' }, description: 'takes its next word' },

  { when: 'search', keys: ['ctrl+r', 'up'], action: { type: 'search-step', step: 'older' }, description: 'the next older line' },
  { when: 'search', keys: ['ctrl+s', 'down'], action: { type: 'search-step', step: 'newer' }, description: 'the next newer line' },
  { when: 'search', keys: ['backspace', 'ctrl+h'], action: { type: 'search-type', text: '\b' }, description: 'shortens the query' },
  { when: 'search', keys: ['enter', 'ctrl+j'], action: { effect: 'search-submit' }, description: 'runs the line found' },
  { when: 'search', keys: ['escape'], action: { type: 'search-end', keep: true }, description: 'puts the line found into the prompt' },
  { when: 'search', keys: ['ctrl+c', 'ctrl+g'], action: { type: 'search-end', keep: false }, description: 'back to what was typed' },

  { when: 'question', keys: ['enter', 'ctrl+j'], action: { effect: 'answer' }, description: 'goes on when the name is right; else leaves' },
  { when: 'question', keys: ['escape', 'ctrl+c', 'ctrl+g', 'ctrl+d'], action: { effect: 'decline' }, description: 'leaves: nothing is done' },
  { when: 'question', keys: ['tab', 'up', 'down', 'ctrl+p', 'ctrl+n', 'ctrl+r', 'alt+enter'], description: 'nothing, as long as the question waits',
    action: { type: 'notice', text: 'a question waits: type the name to go on, Esc leaves' } },
];
