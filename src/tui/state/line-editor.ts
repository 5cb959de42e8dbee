import { nextBoundary, previousBoundary } from '../text/graphemes.ts';
import { motionTarget } from './motion.ts';
import type { Motion } from './motion.ts';

interface Version {
  readonly text: string;
  readonly cursor: number;
}

/** The line being typed: its text, the caret as a UTF-16 offset, what was cut, and what can be undone. */
export interface LineEditor extends Version {
  /** What was cut, newest first. */
  readonly kills: readonly string[];
  /** Versions before, newest last. */
  readonly undo: readonly Version[];
  /** What the last edit was: kills in a row join, inserts in a row are one step of undo, Alt-Y needs a yank before it. */
  readonly last: 'insert' | 'kill' | 'yank' | 'other';
  /** Which kill the last yank gave, and where it begins. */
  readonly yanked?: { readonly index: number; readonly from: number };
}

export type EditAction =
  | { readonly type: 'insert'; readonly text: string }
  | { readonly type: 'move'; readonly to: Motion }
  | { readonly type: 'erase'; readonly to: Motion }
  | { readonly type: 'kill'; readonly to: Motion }
  | { readonly type: 'yank' } | { readonly type: 'yank-older' }
  | { readonly type: 'transpose' } | { readonly type: 'undo' }
  | { readonly type: 'replace'; readonly from: number; readonly to: number; readonly text: string }
  | { readonly type: 'set'; readonly text: string; readonly cursor?: number }
  | { readonly type: 'reset' };

const maxKills = 32;
const maxUndo = 200;

export const emptyEditor: LineEditor = { text: '', cursor: 0, kills: [], undo: [], last: 'other' };

/** The editor after an action. */
export function edit(editor: LineEditor, action: EditAction): LineEditor {
  switch (action.type) {
    case 'insert': return insert(editor, action.text);
    case 'move': return move(editor, motionTarget(editor.text, editor.cursor, action.to));
    case 'erase': return erase(editor, motionTarget(editor.text, editor.cursor, action.to));
    case 'kill': return kill(editor, action.to);
    case 'yank': return yank(editor);
    case 'yank-older': return yankOlder(editor);
    case 'transpose': return transpose(editor);
    case 'undo': return undo(editor);
    case 'replace': return change(editor, splice(editor.text, action), 'other');
    case 'set': return change(editor, { text: action.text, cursor: action.cursor ?? action.text.length }, 'other');
    case 'reset': return { ...emptyEditor, kills: editor.kills };
  }
}

function splice(text: string, { from, to, text: put }: { from: number; to: number; text: string }): Version {
  return { text: text.slice(0, from) + put + text.slice(to), cursor: from + put.length };
}

/** A new version; the one before can be undone, unless both are inserts in a row. */
function change(editor: LineEditor, version: Version, last: LineEditor['last']): LineEditor {
  const joins = last === 'insert' && editor.last === 'insert';
  const before = { text: editor.text, cursor: editor.cursor };
  const undo = joins ? editor.undo : [...editor.undo.slice(-maxUndo + 1), before];
  return { ...version, kills: editor.kills, undo, last };
}

function insert(editor: LineEditor, text: string): LineEditor {
  if (text === '') return editor;
  const { cursor } = editor;
  const next = change(editor, splice(editor.text, { from: cursor, to: cursor, text }), 'insert');
  // A blank ends a step of undo, so that undo goes word by word.
  return /\s$/.test(text) ? { ...next, last: 'other' } : next;
}

function move(editor: LineEditor, cursor: number): LineEditor {
  return cursor === editor.cursor && editor.last === 'other' ? editor : { ...withoutYank(editor), cursor, last: 'other' };
}

function erase(editor: LineEditor, target: number): LineEditor {
  if (target === editor.cursor) return editor;
  const [from, to] = [Math.min(target, editor.cursor), Math.max(target, editor.cursor)];
  return change(editor, splice(editor.text, { from, to, text: '' }), 'other');
}

function kill(editor: LineEditor, to: Motion): LineEditor {
  let target = motionTarget(editor.text, editor.cursor, to);
  // Ctrl-K at the end of a line joins the next one to it.
  if (target === editor.cursor && to === 'line-end') target = nextBoundary(editor.text, editor.cursor);
  if (target === editor.cursor) return editor;
  const [from, end] = [Math.min(target, editor.cursor), Math.max(target, editor.cursor)];
  const cut = editor.text.slice(from, end);
  const next = change(editor, splice(editor.text, { from, to: end, text: '' }), 'kill');
  const [newest = '', ...older] = editor.kills;
  if (editor.last !== 'kill') return { ...next, kills: [cut, ...editor.kills].slice(0, maxKills) };
  return { ...next, kills: [target < editor.cursor ? cut + newest : newest + cut, ...older] };
}

function yank(editor: LineEditor): LineEditor {
  const text = editor.kills[0];
  if (text === undefined) return editor;
  const from = editor.cursor;
  return { ...change(editor, splice(editor.text, { from, to: from, text }), 'yank'), yanked: { index: 0, from } };
}

function yankOlder(editor: LineEditor): LineEditor {
  if (editor.last !== 'yank' || editor.yanked === undefined) return editor;
  const { from } = editor.yanked;
  const index = (editor.yanked.index + 1) % editor.kills.length;
  const text = editor.kills[index] ?? '';
  return { ...change(editor, splice(editor.text, { from, to: editor.cursor, text }), 'yank'), yanked: { index, from } };
}

/** Swaps the character before the caret with the one at it; at the end of a line, the two before it. */
function transpose(editor: LineEditor): LineEditor {
  const { text, cursor } = editor;
  const atEnd = cursor === motionTarget(text, cursor, 'line-end');
  const middle = atEnd ? previousBoundary(text, cursor) : cursor;
  const start = previousBoundary(text, middle);
  const end = nextBoundary(text, middle);
  const first = text.slice(start, middle);
  if (first === '' || first === '\n' || middle === end || text.slice(middle, end) === '\n') return editor;
  return change(editor, splice(text, { from: start, to: end, text: text.slice(middle, end) + first }), 'other');
}

function undo(editor: LineEditor): LineEditor {
  const before = editor.undo.at(-1);
  return before === undefined ? editor : { ...before, kills: editor.kills, undo: editor.undo.slice(0, -1), last: 'other' };
}

function withoutYank({ yanked: _, ...editor }: LineEditor): LineEditor {
  return editor;
}
