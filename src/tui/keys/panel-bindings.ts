import type { KeyBinding } from './key-bindings.ts';

/** The keys of a panel that has the focus, whichever it is; each panel adds its own. */
export const panelBindings: readonly KeyBinding[] = [
  { when: 'panel', keys: ['escape', 'q', 'ctrl+g'], action: { type: 'panel-focus', id: undefined }, description: 'back to the prompt' },
  { when: 'panel', keys: ['tab'], action: { effect: 'focus-next' }, description: 'the next panel, after the last one the prompt' },
  { when: 'panel', keys: ['shift+tab'], action: { effect: 'focus-previous' }, description: 'the panel before' },
  { when: 'panel', keys: ['up', 'k', 'ctrl+p'], action: { effect: 'row-up' }, description: 'row above' },
  { when: 'panel', keys: ['down', 'j', 'ctrl+n'], action: { effect: 'row-down' }, description: 'row below' },
  { when: 'panel', keys: ['pageup'], action: { effect: 'rows-up' }, description: 'ten rows up' },
  { when: 'panel', keys: ['pagedown'], action: { effect: 'rows-down' }, description: 'ten rows down' },
  { when: 'panel', keys: ['home', 'g'], action: { effect: 'row-first' }, description: 'first row' },
  { when: 'panel', keys: ['end', 'G'], action: { effect: 'row-last' }, description: 'last row' },
  { when: 'panel', keys: ['right', 'l'], action: { effect: 'row-unfold' }, description: 'unfolds the row' },
  { when: 'panel', keys: ['left', 'h'], action: { effect: 'row-fold' }, description: 'folds the row, or goes to the one above it in the tree' },
  { when: 'panel', keys: ['enter', ' '], action: { effect: 'row-turn' }, description: 'unfolds or folds the row' },
  { when: 'panel', keys: ['+', '*'], action: { effect: 'unfold-all' }, description: 'unfolds all rows' },
  { when: 'panel', keys: ['-'], action: { effect: 'fold-all' }, description: 'folds all rows' },
  { when: 'panel', keys: ['/'], action: { effect: 'filter-start' }, description: 'filters: rows with all the words, and without !words' },
  { when: 'panel', keys: ['\\'], action: { effect: 'filter-clear' }, description: 'takes the filter away' },
  { when: 'panel', keys: ['o'], action: { effect: 'sort-next' }, description: 'orders by the next column, after the last one as the far end does' },
  { when: 'panel', keys: ['O'], action: { effect: 'sort-turn' }, description: 'turns the order round' },
  { when: 'panel', keys: ['z'], action: { effect: 'panel-zoom' }, description: 'this panel alone, and back' },
  { when: 'panel', keys: ['H'], action: { effect: 'panel-hide' }, description: 'puts the panel away' },
  { when: 'panel', keys: ['?'], action: { effect: 'help' }, description: 'prints these keys' },

  { when: 'filter', keys: ['enter', 'ctrl+j', 'down', 'tab'], action: { type: 'panel-filter-end' }, description: 'keeps the filter' },
  { when: 'filter', keys: ['escape', 'ctrl+c', 'ctrl+g'], action: { effect: 'filter-leave' }, description: 'takes the filter away' },
  { when: 'filter', keys: ['ctrl+u'], action: { effect: 'filter-clear' }, description: 'empties the filter' },
  { when: 'filter', keys: ['backspace', 'ctrl+h'], action: { effect: 'filter-erase' }, description: 'shortens the filter' },
];
