import type { Frame } from '../screen/frame.ts';
import { cellWidth } from '../text/graphemes.ts';
import { theme } from '../theme.ts';

/** The finished regions of one frame. */
export interface Regions {
  readonly panels: readonly string[];
  readonly popup: readonly string[];
  readonly status: string;
  readonly prompt: Frame;
  /** Below the prompt: what its line comes to. */
  readonly foot: readonly string[];
}

/** How many rows the live block may have in inline mode: 60 % of the terminal's, and never its whole height. */
export function inlineHeight(rows: number): number {
  return Math.max(2, Math.min(rows - 1, Math.floor(rows * 0.6)));
}

/** How many rows the panels may have beside a prompt of one row, by mode; a zoomed one has nearly all of the full screen. */
export function panelHeight(mode: 'inline' | 'full-screen', rows: number, isZoomed = false): number {
  if (mode === 'inline') return inlineHeight(rows) - 2;
  return Math.max(0, Math.min(isZoomed ? rows : Math.floor(rows * 0.6), rows - 7));
}

/** The live block of inline mode: panels, status, prompt; the list of candidates covers the lower panels. */
export function inlineFrame({ panels, popup, status, prompt, foot }: Regions, rows: number): Frame {
  const room = Math.max(0, inlineHeight(rows) - 1 - prompt.rows.length - foot.length);
  const upper = overlay(panels.slice(0, room), popup.slice(0, room));
  return below([...upper, status], prompt, foot);
}

/** The whole screen: panels at the top, then the output, status and prompt at the bottom. */
export function fullScreenFrame(regions: Regions, output: (height: number) => readonly string[], view: { rows: number; rule: string }): Frame {
  const { panels, popup, status, prompt, foot } = regions;
  const top = panels.length > 0 ? [...panels, view.rule] : [];
  const height = Math.max(0, view.rows - top.length - 1 - prompt.rows.length - foot.length);
  const lines = output(height);
  const blank = Array<string>(Math.max(0, height - lines.length)).fill('');
  const upper = overlay([...top, ...blank, ...lines], popup);
  return below([...upper, status], prompt, foot);
}

/** The line between the panels and the output of the full screen. */
export function outputRule(scrolledBack: number, width: number): string {
  const text = scrolledBack > 0 ? ` output, ${scrolledBack} rows back, PgDn returns ` : ' output, PgUp scrolls back ';
  return theme.dim(`──${text}${'─'.repeat(Math.max(0, width - cellWidth(text) - 2))}`);
}

function overlay(rows: readonly string[], popup: readonly string[]): readonly string[] {
  return [...rows.slice(0, Math.max(0, rows.length - popup.length)), ...popup];
}

function below(rows: readonly string[], prompt: Frame, foot: readonly string[]): Frame {
  return { rows: [...rows, ...prompt.rows, ...foot], caret: { row: rows.length + prompt.caret.row, column: prompt.caret.column } };
}
