import { describe, expect, it } from 'vitest';
import type { Candidate, Completion } from '../../../src/shell/session.ts';
import { reduceScreen } from '../../../src/tui/state/reduce-screen.ts';
import type { ScreenAction } from '../../../src/tui/state/reduce-screen.ts';
import { initialScreen } from '../../../src/tui/state/screen-state.ts';
import type { ScreenState } from '../../../src/tui/state/screen-state.ts';

const history = ['info block', 'eject ide1-cd0', 'info jobs'];
const start = initialScreen({ state: 'connecting' }, 0);

function run(state: ScreenState, ...actions: ScreenAction[]): ScreenState {
  return actions.reduce((before, action) => reduceScreen(before, action, history), state);
}

function completion(from: number, to: number, ...inserts: string[]): Completion {
  return { from, to, candidates: inserts.map((insert): Candidate => ({ insert, label: insert.trim(), kind: 'command' })) };
}

function tab(text: string, found: Completion): ScreenState {
  const typed = run(start, { type: 'insert', text });
  return run(typed, { type: 'completed', why: 'tab', text, cursor: text.length, completion: found });
}

describe('Tab', () => {
  it('puts in the only candidate at once', () => {
    const state = tab('ej', completion(0, 2, 'eject '));
    expect(state.editor.text).toBe('eject ');
    expect(state.popup).toBeUndefined();
  });

  it('puts in what several share, and lists them', () => {
    const state = tab('qu', completion(0, 2, 'query-block ', 'query-blockstats '));
    expect(state.editor.text).toBe('query-block');
    expect(state.popup).toMatchObject({ from: 0, to: 11, selected: -1 });
  });

  it('says so when nothing fits', () => {
    expect(tab('zz', completion(0, 2)).notice).toBe('nothing to complete here');
  });

  it('ignores an answer for a line that has changed meanwhile', () => {
    const typed = run(start, { type: 'insert', text: 'ejx' });
    expect(run(typed, { type: 'completed', why: 'tab', text: 'ej', cursor: 2, completion: completion(0, 2, 'eject ') })).toBe(typed);
  });
});

describe('the list of candidates', () => {
  const open = tab('qu', completion(0, 2, 'query-block ', 'query-blockstats '));

  it('is walked round in both directions and gives the chosen one', () => {
    const chosen = run(open, { type: 'popup-step', step: -1 }, { type: 'popup-step', step: 1 }, { type: 'popup-step', step: -1 });
    expect(chosen.popup?.selected).toBe(1);
    const taken = run(chosen, { type: 'popup-accept' });
    expect(taken.editor.text).toBe('query-blockstats ');
    expect(taken.popup).toBeUndefined();
  });

  it('replaces the whole word even when more of it was typed since', () => {
    const typed = run(open, { type: 'insert', text: 's' }, { type: 'popup-step', step: -1 }, { type: 'popup-accept' });
    expect(typed.editor.text).toBe('query-blockstats ');
  });

  it('follows the line and keeps what was chosen', () => {
    const chosen = run(open, { type: 'popup-step', step: -1 }, { type: 'insert', text: 's' });
    const found = completion(0, 12, 'query-blockstats ');
    const followed = run(chosen, { type: 'completed', why: 'typing', text: 'query-blocks', cursor: 12, completion: found });
    expect(followed.popup).toMatchObject({ selected: 0, candidates: [{ label: 'query-blockstats' }] });
  });

  it('closes when the caret leaves its word, and when nothing fits any more', () => {
    expect(run(open, { type: 'move', to: 'left' }).popup).toBeUndefined();
    const typed = run(open, { type: 'insert', text: 'z' });
    const closed = run(typed, { type: 'completed', why: 'typing', text: 'query-blockz', cursor: 12, completion: completion(0, 12) });
    expect(closed.popup).toBeUndefined();
  });
});

describe('older lines', () => {
  it('are walked by those that begin as typed, and the typed text comes back', () => {
    const typed = run(start, { type: 'insert', text: 'info' });
    const older = run(typed, { type: 'walk', step: 'older' });
    const oldest = run(older, { type: 'walk', step: 'older' });
    const back = run(oldest, { type: 'walk', step: 'newer' }, { type: 'walk', step: 'newer' });
    expect([older, oldest, back].map((state) => state.editor.text)).toEqual(['info jobs', 'info block', 'info']);
  });

  it('are not reached while there is a line above in the text', () => {
    const typed = run(start, { type: 'insert', text: '{\n}' }, { type: 'walk', step: 'older' });
    expect(typed.editor).toMatchObject({ text: '{\n}', cursor: 1 });
  });

  it('are searched as the query grows, and the line found can be kept or left', () => {
    const found = run(start, { type: 'insert', text: 'x' }, { type: 'search-start' }, { type: 'search-type', text: 'in' }, { type: 'search-step', step: 'older' });
    expect(run(found, { type: 'search-end', keep: true }).editor.text).toBe('info block');
    expect(run(found, { type: 'search-end', keep: false }).editor.text).toBe('x');
    expect(run(found, { type: 'search-type', text: 'zz' }).search?.found).toBe(false);
  });
});

describe('lines that run', () => {
  it('queue up, and only the running one can end', () => {
    const queued = run(start, { type: 'line-queued', text: 'a' }, { type: 'line-queued', text: 'b' });
    const running = run(queued, { type: 'line-started', line: { id: 1, text: 'a', sinceMs: 5 } });
    expect(running.waiting).toEqual(['b']);
    expect(run(running, { type: 'line-ended', id: 7 }).running?.id).toBe(1);
    expect(run(running, { type: 'line-ended', id: 1 }).running).toBeUndefined();
  });
});

describe('a notice', () => {
  it('is gone with the next key', () => {
    const asked = run(start, { type: 'ask-to-leave' });
    expect(asked).toMatchObject({ askedToLeave: true, notice: 'Ctrl-C again leaves' });
    expect(run(asked, { type: 'key-pressed' })).toMatchObject({ askedToLeave: false });
    expect(run(asked, { type: 'key-pressed' }).notice).toBeUndefined();
  });
});
