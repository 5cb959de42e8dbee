import type { Panel } from '../panel.ts';
import { panelLines, wantedHeight } from './seen-panel.ts';
import type { SeenPanel } from './seen-panel.ts';

/** A panel with its place and its finished lines. */
export interface PlacedPanel {
  readonly panel: Panel;
  readonly width: number;
  readonly lines: readonly string[];
}

/** Panels that stand side by side. */
export type PanelRow = readonly PlacedPanel[];

interface Place {
  readonly seen: SeenPanel;
  readonly width: number;
}

/** From this width on, two panels stand beside each other. */
const sideBySide = 220;
const rightWidth = 92;
const gap = 3;

export interface PanelRoom {
  readonly width: number;
  readonly height: number;
  /** Whether two may stand beside each other where the width allows. */
  readonly beside: boolean;
}

/** Lays panels into `width` by `height` cells: every panel gets a fair share of rows and says what it could not show. */
export function stackPanels(panels: readonly SeenPanel[], room: PanelRoom): PanelRow[] {
  const rows = panelRows(panels, room);
  const needs = rows.map((row) => Math.max(...row.map(({ seen }) => wantedHeight(seen))));
  const favoured = rows.findIndex((row) => row.some(({ seen }) => seen.isFocused));
  const heights = shareRows(needs, room.height, favoured);
  return rows.flatMap((row, index) => {
    const height = heights[index] ?? 0;
    return height === 0 ? [] : [row.map(({ seen, width }) => ({ panel: seen.panel, width, lines: panelLines(seen, { width, height }) }))];
  });
}

function panelRows(panels: readonly SeenPanel[], { width, beside }: PanelRoom): Place[][] {
  if (!beside || width < sideBySide) return panels.map((seen) => [{ seen, width }]);
  const rows: Place[][] = [];
  for (let index = 0; index < panels.length; index += 2) {
    const [left, right] = panels.slice(index, index + 2);
    if (left && right) rows.push([{ seen: left, width: width - rightWidth - gap }, { seen: right, width: rightWidth }]);
    else if (left) rows.push([{ seen: left, width }]);
  }
  return rows;
}

/**
 * Deals out rows: the favoured one, if there is one, may have up to half of them; then a heading and a row for each, from
 * the top, then one after the other to whoever lacks most turns. What gets less than two rows of what it needs gets none.
 */
export function shareRows(needs: readonly number[], total: number, favoured = -1): number[] {
  const shares = needs.map((need, index) => (index === favoured ? Math.min(need, Math.max(Math.min(2, total), Math.floor(total / 2))) : 0));
  let left = total - shares.reduce((sum, share) => sum + share, 0);
  needs.forEach((need, index) => {
    const least = Math.min(need, 2);
    if (least > left || index === favoured) return;
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
