import { describe, expect, it } from 'vitest';
import { findBinding } from '../../../src/tui/keys/find-binding.ts';
import { keyBindings } from '../../../src/tui/keys/key-bindings.ts';
import { reduceScreen } from '../../../src/tui/state/reduce-screen.ts';
import type { ScreenAction } from '../../../src/tui/state/reduce-screen.ts';
import { initialScreen } from '../../../src/tui/state/screen-state.ts';

const history = ['info block-jobs', 'info block', 'eject -f ide1-cd0', '{\n}'];

function after(...actions: readonly ScreenAction[]) {
  return actions.reduce((state, action) => reduceScreen(state, action, history), initialScreen({ state: 'connecting' }, 0));
}

const typed = (text: string): ScreenAction => ({ type: 'insert', text });
const press = (text: string, ...keys: readonly string[]) => keys.reduce((state, key) => {
  const binding = findBinding(keyBindings, state, key);
  return binding && 'type' in binding.action ? reduceScreen(state, binding.action, history) : state;
}, after(typed(text)));

describe('the rest of an older line', () => {
  it('is that of the newest one that begins with what is typed', () => {
    expect(after(typed('info')).ghost).toBe(' block');
    expect(after(typed('info block')).ghost).toBe('-jobs');
    expect(after(typed('nothing')).ghost).toBeUndefined();
    expect(after(typed('{')).ghost).toBeUndefined();
  });

  it('is shown only while the caret stands behind the line, and follows every edit', () => {
    expect(after(typed('info'), { type: 'move', to: 'left' }).ghost).toBeUndefined();
    expect(after(typed('info'), { type: 'move', to: 'left' }, { type: 'move', to: 'right' }).ghost).toBe(' block');
    expect(after(typed('infox'), { type: 'erase', to: 'left' }).ghost).toBe(' block');
    expect(after(typed('info'), { type: 'reset' }).ghost).toBeUndefined();
    expect(after(typed('info'), { type: 'walk', step: 'older' }).ghost).toBeUndefined();
    expect(after(typed('info'), { type: 'search-start' }).ghost).toBeUndefined();
  });

  it('is taken as a whole with Right, End and Ctrl-E, and word by word with Alt-F', () => {
    for (const key of ['right', 'end', 'ctrl+e']) expect(press('eje', key).editor.text, key).toBe('eject -f ide1-cd0');
    expect(press('eje', 'alt+f').editor.text).toBe('eject');
    expect(press('eje', 'alt+f', 'alt+f').editor).toMatchObject({ text: 'eject -f', cursor: 8 });
    expect(press('eje', 'right', 'ctrl+_').editor.text).toBe('');
  });

  it('leaves those keys as they are when there is none', () => {
    expect(press('nothing', 'left', 'right').editor).toMatchObject({ text: 'nothing', cursor: 7 });
  });
});

describe('what the line comes to', () => {
  const told = { messages: [], units: [], note: 'n' };

  it('stays until the next answer, and goes with the line', () => {
    const state = after(typed('x'), { type: 'translated', text: 'x', translation: told });
    expect(reduceScreen(state, typed('y'), history).translation).toEqual({ text: 'x', told });
    expect(reduceScreen(state, { type: 'reset' }, history).translation).toBeUndefined();
    expect(reduceScreen(state, { type: 'translated', text: 'x', translation: undefined }, history).translation).toBeUndefined();
  });

  it('is not shown for a line that was entered meanwhile', () => {
    expect(after(typed('x'), { type: 'reset' }, { type: 'translated', text: 'x', translation: told }).translation).toBeUndefined();
  });
});
