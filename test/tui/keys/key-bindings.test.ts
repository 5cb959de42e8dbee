import { describe, expect, it } from 'vitest';
import { findBinding } from '../../../src/tui/keys/find-binding.ts';
import { keyBindings } from '../../../src/tui/keys/key-bindings.ts';
import { keyHelp, keyLabel } from '../../../src/tui/keys/key-help.ts';
import { panelBindings } from '../../../src/tui/keys/panel-bindings.ts';
import { tabBindings } from '../../../src/tui/keys/tab-bindings.ts';
import type { TabHost } from '../../../src/tui/monitor-tabs.ts';
import { initialScreen } from '../../../src/tui/state/screen-state.ts';
import { plainText } from '../../../src/tui/text/styled-text.ts';

const state = initialScreen({ state: 'connecting' }, 0);
const popup = { from: 0, to: 1, candidates: [{ insert: 'a', label: 'a', kind: 'command' as const }], selected: -1 };

describe('the keymap', () => {
  it('gives no key two meanings in one place', () => {
    const keys = [...keyBindings, ...panelBindings].flatMap((binding) => binding.keys.map((key) => `${binding.when} ${key}`));
    expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([]);
  });

  it('lets the open list take Enter only once a candidate was chosen', () => {
    expect(findBinding(keyBindings, { ...state, popup }, 'enter')?.action).toEqual({ effect: 'submit' });
    expect(findBinding(keyBindings, { ...state, popup: { ...popup, selected: 0 } }, 'enter')?.action).toEqual({ type: 'popup-accept' });
    const stale = { ...popup, selected: 0, isStale: true };
    expect(findBinding(keyBindings, { ...state, popup: stale }, 'enter')?.action).toEqual({ effect: 'submit' });
    expect(findBinding(keyBindings, { ...state, popup: stale }, 'tab')?.action).toEqual({ effect: 'complete' });
    expect(findBinding(keyBindings, { ...state, popup: stale }, 'escape')?.action).toEqual({ type: 'popup-close' });
    expect(findBinding(keyBindings, { ...state, popup }, 'tab')?.action).toEqual({ type: 'popup-step', step: 1 });
    expect(findBinding(keyBindings, { ...state, popup }, 'up')?.action).toEqual({ type: 'popup-step', step: -1 });
  });

  it('gives a panel that has the keys its own first, then those that work anywhere, and none of the line', () => {
    const all = [...keyBindings, ...panelBindings];
    const focused = { ...state, panels: { ...state.panels, focus: 'jobs' } };
    expect(findBinding(all, focused, 'up')?.action).toEqual({ effect: 'row-up' });
    expect(findBinding(all, focused, 'f2')?.action).toEqual({ type: 'mode-toggle' });
    expect(findBinding(all, focused, 'ctrl+k')).toBeUndefined();
    expect(findBinding(all, { ...focused, panels: { ...focused.panels, isFiltering: true } }, 'o')).toBeUndefined();
  });

  it('gives a key of one panel to that panel only', () => {
    const all = [{ ...panelBindings[0]!, keys: ['p'], panel: 'jobs' }];
    expect(findBinding(all, { ...state, panels: { ...state.panels, focus: 'jobs' } }, 'p')).toBe(all[0]);
    expect(findBinding(all, { ...state, panels: { ...state.panels, focus: 'stats' } }, 'p')).toBeUndefined();
  });

  it('says why a key cannot act', () => {
    const pageUp = findBinding(keyBindings, state, 'pageup');
    expect(pageUp?.disabledReason?.(state)).toContain('F2');
    expect(pageUp?.disabledReason?.({ ...state, mode: 'full-screen' })).toBeUndefined();
  });
});

describe('the help', () => {
  it('names every row of the keymap and fits the width', () => {
    for (const width of [60, 80, 120, 250]) {
      const all = [...keyBindings, ...panelBindings];
      const lines = [...keyHelp(all, width), ...keyHelp(all, width, { where: 'panel', panel: 'jobs' })].map(plainText);
      for (const { description } of all) expect(lines.join('\n')).toContain(description);
      if (width >= 100) expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(width);
    }
  });

  it('gives rows that differ in a number one line, as long as their keys follow each other', () => {
    const tabs = tabBindings({ show: () => undefined } as unknown as TabHost);
    const moved = tabs.map((row) => (row.name === 'tab-3' ? { ...row, keys: ['f9'] } : row));
    const lines = (rows: typeof tabs) => keyHelp(rows, 60).map((line) => plainText(line).trim().replace(/ {2,}/g, '  '));
    expect(lines(tabs).slice(-1)).toEqual(['Alt-1 ... Alt-9  the tab of that number']);
    expect(lines(moved).slice(-3)).toEqual(['Alt-1 ... Alt-2  the tab of that number', 'F9  tab 3', 'Alt-4 ... Alt-9  the tab of that number']);
  });

  it('writes keys as people do', () => {
    expect(['ctrl+alt+h', 'pageup', 'f2', 'alt+<', 'ctrl+_', 'o', 'O', ' '].map(keyLabel))
      .toEqual(['Ctrl-Alt-H', 'PgUp', 'F2', 'Alt-<', 'Ctrl-_', 'o', 'O', 'Space']);
  });
});
