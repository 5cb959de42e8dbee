import type { Panel, PanelModel } from '../panel.ts';
import { theme } from '../theme.ts';
import { cellWidth } from '../text/graphemes.ts';
import { cutStyled } from '../text/styled-text.ts';

/** A panel with its place and its finished lines. */
export interface PlacedPanel {
  readonly panel: Panel;
  readonly width: number;
  readonly lines: readonly string[];
}

/** Panels that stand side by side. */
export type PanelRow = readonly PlacedPanel[];

/** From this width on, two panels stand beside each other. */
const sideBySide = 180;
const rightWidth = 92;
const gap = 3;

/** Lays panels into `width` by `height` cells: every panel gets a fair share of rows and says what it could not show. */
export function stackPanels(panels: readonly Panel[], model: PanelModel, room: { width: number; height: number }): PanelRow[] {
  const rows = panelRows(panels, model, room.width);
  const needs = rows.map((row) => Math.max(...row.map(({ lines }) => lines.length)));
  const heights = shareRows(needs, room.height);
  return rows.flatMap((row, index) => {
    const height = heights[index] ?? 0;
    return height === 0 ? [] : [row.map((placed) => ({ ...placed, lines: windowed(placed.lines, height) }))];
  });
}

function panelRows(panels: readonly Panel[], model: PanelModel, width: number): PanelRow[] {
  const ordered = [...panels].sort((one, other) => one.order - other.order);
  const place = (panel: Panel, cells: number): PlacedPanel => ({ panel, width: cells, lines: panelLines(panel, model, cells) });
  if (width < sideBySide) return ordered.map((panel) => [place(panel, width)]);
  const rows: PanelRow[] = [];
  for (let index = 0; index < ordered.length; index += 2) {
    const [left, right] = ordered.slice(index, index + 2);
    if (left && right) rows.push([place(left, width - rightWidth - gap), place(right, rightWidth)]);
    else if (left) rows.push([place(left, width)]);
  }
  return rows;
}

function panelLines(panel: Panel, model: PanelModel, width: number): string[] {
  const { head, rows, empty } = panel.rows(model, width);
  if (rows.length > 0) return [head, ...rows];
  const title = head.split(/\s{2,}/, 1)[0] ?? '';
  return [cutStyled(`${title}${' '.repeat(Math.max(2, 14 - cellWidth(panel.title)))}${theme.dim(empty ?? '')}`, width)];
}

/**
 * Deals out rows: first a heading and a row for each, from the top, then one after the other to whoever lacks most
 * turns. What gets less than two rows of what it needs gets none.
 */
export function shareRows(needs: readonly number[], total: number): number[] {
  const shares = needs.map(() => 0);
  let left = total;
  needs.forEach((need, index) => {
    const least = Math.min(need, 2);
    if (least > left) return;
    shares[index] = least;
    left -= least;
  });
  while (left > 0) {
    const hungry = needs.map((need, index) => ({ index, share: shares[index] ?? 0, need })).filter(({ share, need }) => share > 0 && share < need);
    const next = hungry.sort((one, other) => one.share - other.share || one.index - other.index)[0];
    if (next === undefined) break;
    shares[next.index] = next.share + 1;
    left--;
  }
  return shares;
}

/** The lines that fit; when some do not, the last line says how many. */
function windowed(lines: readonly string[], height: number): readonly string[] {
  if (lines.length <= height) return lines;
  const shown = Math.max(1, height - 1);
  return [...lines.slice(0, shown), theme.dim(`+${lines.length - shown} more`)].slice(0, height);
}
