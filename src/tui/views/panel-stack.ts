import type { Panel, PanelModel } from '../panel.ts';
import { theme } from '../theme.ts';
import { padCells } from '../text/fit-cells.ts';
import { cutStyled } from '../text/styled-text.ts';

/** A panel with its place and its finished lines. */
export interface PlacedPanel {
  readonly panel: Panel;
  readonly width: number;
  readonly lines: readonly string[];
}

interface FullPanel {
  readonly panel: Panel;
  readonly width: number;
  readonly content: ReturnType<Panel['rows']>;
}

/** Panels that stand side by side. */
export type PanelRow = readonly PlacedPanel[];

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
export function stackPanels(panels: readonly Panel[], model: PanelModel, room: PanelRoom): PanelRow[] {
  const rows = panelRows(panels, model, room);
  const needs = rows.map((row) => Math.max(...row.map(({ content }) => content.rows.length + 1)));
  const heights = shareRows(needs, room.height);
  return rows.flatMap((row, index) => {
    const height = heights[index] ?? 0;
    return height === 0 ? [] : [row.map((full) => ({ panel: full.panel, width: full.width, lines: panelLines(full, height) }))];
  });
}

function panelRows(panels: readonly Panel[], model: PanelModel, { width, beside }: PanelRoom): FullPanel[][] {
  const ordered = [...panels].sort((one, other) => one.order - other.order);
  const place = (panel: Panel, cells: number): FullPanel => ({ panel, width: cells, content: panel.rows(model, cells) });
  if (!beside || width < sideBySide) return ordered.map((panel) => [place(panel, width)]);
  const rows: FullPanel[][] = [];
  for (let index = 0; index < ordered.length; index += 2) {
    const [left, right] = ordered.slice(index, index + 2);
    if (left && right) rows.push([place(left, width - rightWidth - gap), place(right, rightWidth)]);
    else if (left) rows.push([place(left, width)]);
  }
  return rows;
}

/** The heading and the rows that fit; when some do not, the heading says how many. */
function panelLines({ content, width }: FullPanel, height: number): string[] {
  const { title, titleWidth, head, rows, empty } = content;
  if (rows.length === 0) return [cutStyled(theme.heading(padCells(title, titleWidth)) + theme.dim(empty ?? ''), width)];
  const shown = rows.slice(0, height - 1);
  const more = rows.length > shown.length ? `+${rows.length - shown.length} more` : '';
  const heading = theme.heading(title) + theme.warn(padCells(more && ` ${more}`, titleWidth - title.length));
  return [cutStyled(heading + head, width), ...shown];
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
