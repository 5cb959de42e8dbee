import { edit } from './line-editor.ts';
import type { ScreenState } from './screen-state.ts';

/** The rest of the newest older line that begins with what is typed, while the caret stands behind it and nothing else is open. */
export function ghostOf({ editor, popup, search, walk, question }: ScreenState, lines: readonly string[]): string | undefined {
  const { text, cursor } = editor;
  if (text.trim() === '' || cursor !== text.length || text.includes('\n') || popup || search || walk || question) return undefined;
  for (let index = lines.length - 1; index >= 0; index--) {
    const line = lines[index] ?? '';
    if (line.length > text.length && line.startsWith(text) && !line.includes('\n')) return line.slice(text.length);
  }
  return undefined;
}

/** The state with the ghost that its line has now. */
export function withGhost({ ghost: _, ...state }: ScreenState, lines: readonly string[]): ScreenState {
  const ghost = ghostOf(state, lines);
  return ghost === undefined ? state : { ...state, ghost };
}

/** Puts the ghost into the line, or no more of it than its first word. */
export function acceptGhost(state: ScreenState, part: 'all' | 'word'): ScreenState {
  const { ghost, editor } = state;
  if (ghost === undefined) return state;
  const text = part === 'all' ? ghost : /^\s*\S+/.exec(ghost)?.[0] ?? ghost;
  return { ...state, editor: edit(editor, { type: 'insert', text }) };
}
