import { describe, expect, it } from 'vitest';
import { parseJson5 } from '../../../src/util/json5-lossless.ts';
import { findBinding } from '../../../src/tui/keys/find-binding.ts';
import { keyBindings } from '../../../src/tui/keys/key-bindings.ts';
import { keyMapText } from '../../../src/tui/keys/key-help.ts';
import { bindingName, keyNamed } from '../../../src/tui/keys/key-names.ts';
import { panelBindings } from '../../../src/tui/keys/panel-bindings.ts';
import { remapKeys } from '../../../src/tui/keys/remap-keys.ts';
import { initialScreen } from '../../../src/tui/state/screen-state.ts';
import { plainText } from '../../../src/tui/text/styled-text.ts';

const all = [...keyBindings, ...panelBindings];
const state = initialScreen({ state: 'connecting' }, 0);
const named = (name: string, bindings = all as readonly (typeof all)[number][]) => bindings.find((binding) => bindingName(binding) === name);

describe('the names of keys', () => {
  it('belong to one row each', () => {
    const names = all.map(bindingName).filter((name) => name !== undefined);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
    expect(names).toEqual(expect.arrayContaining(['submit', 'move-left', 'walk-older', 'mode-toggle', 'popup-step-next', 'search-end-keep', 'panel-row-up']));
  });

  it.each([
    ['Ctrl-X', 'ctrl+x'], ['C-x', 'ctrl+x'], ['^X', 'ctrl+x'], ['ctrl+X', 'ctrl+x'], ['M-Enter', 'alt+enter'], ['Alt-Ctrl-H', 'ctrl+alt+h'],
    ['S-Tab', 'shift+tab'], ['F2', 'f2'], ['PgUp', 'pageup'], ['Esc', 'escape'], ['Space', ' '], ['ctrl+space', 'ctrl+space'], ['C-i', 'tab'], ['ctrl+-', 'ctrl+-'],
    ['+', '+'], ['-', '-'], ['x', 'x'], ['X', 'X'], ['^', '^'], ['Hyper-x', undefined], ['F99', undefined], ['', undefined], ['shift+x', undefined], ['enterr', undefined],
  ])('%s is %s', (written, key) => {
    expect(keyNamed(written)).toBe(key);
  });

  it('are printed as the config file takes them', () => {
    const text = keyMapText(all).map(plainText).join('\n');
    const keys = (parseJson5(`{${text}}`) as { keys: Record<string, string[]> }).keys;
    expect(keys.submit).toEqual(['enter', 'ctrl+j']);
    expect(remapKeys(all, keys)).toEqual({ bindings: all, problems: [] });
  });
});

describe('keys of the config file', () => {
  it('take the place of the keys of a row, and are taken from who had them', () => {
    const { bindings, problems } = remapKeys(all, { 'mode-toggle': ['C-t', 'F2'], 'search-start': 'Alt-R' });
    expect(findBinding(bindings, state, 'ctrl+t')?.action).toEqual({ type: 'mode-toggle' });
    expect(findBinding(bindings, state, 'alt+r')?.action).toEqual({ type: 'search-start' });
    expect(findBinding(bindings, state, 'ctrl+r')).toBeUndefined();
    expect(problems).toEqual(["keys: 'transpose' has no key any more: ctrl+t"]);
  });

  it('can be none, but not for what nobody can do without', () => {
    const { bindings, problems } = remapKeys(all, { suspend: [], submit: [] });
    expect(findBinding(bindings, state, 'ctrl+z')).toBeUndefined();
    expect(named('submit', bindings)?.keys).toEqual(['enter', 'ctrl+j']);
    expect(problems).toEqual(["keys: 'submit' needs a key and keeps enter, ctrl+j"]);
  });

  it('that are wrong are told, and the others count', () => {
    const { bindings, problems } = remapKeys(all, { 'no-such': ['f7'], undo: ['C-x', 'Hyper-u', 7, 'u'], redraw: ['ctrl+x', 'f7'] });
    expect(named('undo', bindings)?.keys).toEqual(['ctrl+x']);
    expect(named('redraw', bindings)?.keys).toEqual(['f7']);
    expect(problems).toEqual([
      "keys: there is no 'no-such'; Alt-? lists the names", 'keys: undo: "Hyper-u" is no key', 'keys: undo: 7 is no key', "keys: undo: 'u' types itself here",
      "keys: redraw: 'ctrl+x' is given to 'undo' already",
    ]);
  });

  it('may be characters in a panel, where they type nothing', () => {
    const { bindings, problems } = remapKeys(all, { 'panel-row-up': ['w'], 'panel-zoom': ['Z'] });
    const focused = { ...state, panels: { ...state.panels, focus: 'jobs' } };
    expect(findBinding(bindings, focused, 'w')?.action).toEqual({ effect: 'row-up' });
    expect(problems).toEqual([]);
  });

  it.each([null, [], 'x', 1])('%j is no such thing', (given) => {
    expect(remapKeys(all, given)).toMatchObject({ bindings: all, problems: [expect.stringContaining('this is an object such as')] });
  });
});
