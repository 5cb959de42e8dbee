import { describe, expect, it } from 'vitest';
import { edit, emptyEditor } from '../../../src/tui/state/line-editor.ts';
import type { EditAction, LineEditor } from '../../../src/tui/state/line-editor.ts';

/** An editor from a text with '|' at the caret. */
function at(marked: string): LineEditor {
  const cursor = marked.indexOf('|');
  return { ...emptyEditor, text: marked.replace('|', ''), cursor };
}

function shown({ text, cursor }: LineEditor): string {
  return `${text.slice(0, cursor)}|${text.slice(cursor)}`;
}

function after(marked: string, ...actions: EditAction[]): string {
  return shown(actions.reduce(edit, at(marked)));
}

describe('typing', () => {
  it('puts text at the caret', () => {
    expect(after('a|c', { type: 'insert', text: 'b' })).toBe('ab|c');
  });
});

describe('moving', () => {
  it.each([
    ['left', 'ab|c', 'a|bc'], ['right', 'a|bc', 'ab|c'], ['left', '|a', '|a'], ['right', 'a|', 'a|'],
    ['word-left', 'eject ide1-cd0|', 'eject ide1-|cd0'], ['word-right', '|eject ide1', 'eject| ide1'],
    ['word-left', 'a  |', '|a  '], ['word-right', '|  --a b', '  --a| b'],
    ['line-start', 'a\nb|c', 'a\n|bc'], ['line-end', 'a|b\nc', 'ab|\nc'], ['text-start', 'a\nb|', '|a\nb'], ['text-end', '|a\nb', 'a\nb|'],
    ['up', 'abc\nde|f', 'ab|c\ndef'], ['down', 'abc|\nd', 'abc\nd|'], ['up', 'a|b', 'a|b'],
  ] as const)('%s from %j to %j', (to, from, expected) => {
    expect(after(from, { type: 'move', to })).toBe(expected);
  });

  it('steps over whole characters: accents, wide ones, emoji with a joiner, flags', () => {
    for (const character of ['e\u0301', '漢', '👩‍💻', '🇨🇭']) {
      expect(after(`a${character}|b`, { type: 'move', to: 'left' })).toBe(`a|${character}b`);
      expect(after(`a|${character}b`, { type: 'move', to: 'right' })).toBe(`a${character}|b`);
      expect(after(`a${character}|b`, { type: 'erase', to: 'left' })).toBe('a|b');
    }
  });

  it('keeps the column in cells when going up and down past wide characters', () => {
    expect(after('漢字x\nabcd|', { type: 'move', to: 'up' })).toBe('漢字|x\nabcd');
  });
});

describe('cutting', () => {
  it.each([
    ['line-end', 'ab|cd\ne', 'ab|\ne'], ['line-end', 'ab|\ncd', 'ab|cd'], ['line-start', 'a\nbc|d', 'a\n|d'],
    ['blank-left', 'drive=a-b c.d|', 'drive=a-b |'], ['word-left', 'drive=a-b|', 'drive=a-|'], ['word-right', '|ab cd', '| cd'],
  ] as const)('%s from %j leaves %j', (to, from, expected) => {
    expect(after(from, { type: 'kill', to })).toBe(expected);
  });

  it('joins cuts in a row, whichever way they go', () => {
    const cut: EditAction[] = [{ type: 'kill', to: 'word-left' }, { type: 'kill', to: 'word-left' }, { type: 'kill', to: 'line-end' }];
    expect(after('one two| three', ...cut, { type: 'yank' })).toBe('one two three|');
  });

  it('gives back older cuts one after the other', () => {
    const cuts: EditAction[] = [
      { type: 'kill', to: 'word-left' }, { type: 'move', to: 'left' }, { type: 'kill', to: 'word-left' }, { type: 'yank' }, { type: 'yank-older' },
    ];
    expect(after('one two|', ...cuts)).toBe('two| ');
    expect(after('one two|', ...cuts, { type: 'yank-older' })).toBe('one| ');
  });

  it('has no older cut to give without a yank before', () => {
    expect(after('a|', { type: 'kill', to: 'word-left' }, { type: 'yank-older' })).toBe('|');
  });
});

describe('undo', () => {
  it('takes back a word of typing at a time, then a cut', () => {
    const typed = [...'ab cd'].reduce((editor, text) => edit(editor, { type: 'insert', text }), emptyEditor);
    const cut = edit(typed, { type: 'kill', to: 'line-start' });
    const texts = [cut];
    for (let count = 0; count < 4; count++) texts.push(edit(texts.at(-1)!, { type: 'undo' }));
    expect(texts.map((editor) => editor.text)).toEqual(['', 'ab cd', 'ab ', '', '']);
  });

  it('remembers a bounded number of versions', () => {
    let editor = emptyEditor;
    for (let count = 0; count < 1000; count++) editor = edit(editor, { type: 'insert', text: 'x ' });
    expect(editor.undo.length).toBeLessThanOrEqual(200);
  });
});

describe('transposing', () => {
  it.each([['ab|c', 'acb|'], ['abc|', 'acb|'], ['a|', 'a|'], ['|ab', '|ab'], ['a漢|', '漢a|']])('%j becomes %j', (from, expected) => {
    expect(after(from, { type: 'transpose' })).toBe(expected);
  });
});
