import type { Panel, PanelModel } from '../panel.ts';
import { chosenIndex, firstInSight } from '../panel-listing.ts';
import type { ListedRow, Listing } from '../panel-listing.ts';
import type { PanelView } from '../state/panels-state.ts';
import { cutCells, padCells } from '../text/fit-cells.ts';
import { cutStyled } from '../text/styled-text.ts';
import { theme } from '../theme.ts';
import { tableLines } from '../widgets/table-columns.ts';
import type { TableColumn } from '../widgets/table-columns.ts';

/** One panel and how it is looked at. */
export interface SeenPanel {
  readonly panel: Panel;
  readonly model: PanelModel;
  readonly view: PanelView;
  readonly listing: Listing;
  readonly isFocused: boolean;
  readonly isFiltering: boolean;
}

/** The cells before a focused panel's rows: which one is chosen, and what can be unfolded. */
const margin = 3;

/** How many lines a panel would like to have. */
export function wantedHeight(seen: SeenPanel): number {
  return 1 + Number(hasFilterLine(seen)) + seen.listing.rows.length;
}

/** A panel's lines: its heading, its filter if there is one, and the rows in sight, of which alone texts are made. */
export function panelLines(seen: SeenPanel, { width, height }: { width: number; height: number }): string[] {
  const { panel, listing, view, model, isFocused } = seen;
  const cells = isFocused ? width - margin : width;
  const room = Math.max(0, height - 1 - Number(hasFilterLine(seen)));
  const chosen = chosenIndex(listing, view);
  const first = firstInSight(listing.rows.length, chosen, room);
  const rows = listing.rows.slice(first, first + room);
  const table = tableLines(columnsOf(seen), rows.filter((row) => acrossText(panel, row, cells) === undefined), cells);
  let taken = 0;
  const lines = rows.map((row, index) => {
    const text = acrossText(panel, row, cells) ?? table.rows[taken++] ?? '';
    return isFocused ? marked(row, text, first + index === chosen) : text;
  });
  const title = theme.heading(table.title);
  const note = listing.rows.length === 0 ? theme.dim(listing.total > 0 ? 'no row passes the filter' : panel.empty(model))
    : theme.warn(padCells(placeOf(listing, first, room), table.titleWidth - table.title.length)) + table.head;
  const gap = listing.rows.length === 0 ? ' '.repeat(Math.max(1, table.titleWidth - table.title.length)) : '';
  const heading = (isFocused ? theme.accent('■  ') : '') + title + gap + note;
  return [heading, ...filterLine(seen), ...lines].slice(0, height).map((line) => cutStyled(line, width));
}

/** '+3 more' at the top, else which rows are in sight. */
function placeOf({ rows }: Listing, first: number, room: number): string {
  if (rows.length <= room) return '';
  return first === 0 ? ` +${rows.length - room} more` : ` ${first + 1}-${first + room}/${rows.length}`;
}

function acrossText(panel: Panel, { row }: ListedRow, width: number): string | undefined {
  return panel.across?.(row, width);
}

/** The panel's columns over listed rows: the first one shows the tree, the one that orders the rows says so. */
function columnsOf({ panel, view }: SeenPanel): TableColumn<ListedRow>[] {
  const mark = view.sort?.isDescending === true ? '▼' : '▲';
  return panel.columns.map((column, index): TableColumn<ListedRow> => ({
    ...column,
    title: view.sort?.column === column.title ? column.title + mark : column.title,
    text: ({ row, branches }) => (index === 0 ? branchText(branches) : '') + column.text(row),
    ...(column.paint && { paint: (cell, { row }) => column.paint?.(cell, row) ?? cell }),
    ...(column.fit && { fit: (cell, cells, { row }) => column.fit?.(cell, cells, row) ?? cell }),
  }));
}

function branchText(branches: readonly boolean[]): string {
  if (branches.length === 0) return '';
  const above = branches.slice(0, -1).map((goesOn) => (goesOn ? '│ ' : '  ')).join('');
  return `${above}${branches.at(-1) === true ? '├ ' : '└ '}`;
}

/** Signs, not only colours, say which row is chosen and which can be unfolded. */
function marked({ isOpen }: ListedRow, text: string, isChosen: boolean): string {
  const fold = isOpen === undefined ? ' ' : isOpen ? '-' : '+';
  return isChosen ? `${theme.chosen(`▸${fold}`)} ${theme.strong(text)}` : ` ${theme.dim(fold)} ${text}`;
}

function hasFilterLine({ listing, isFiltering }: SeenPanel): boolean {
  return isFiltering || listing.filter !== '';
}

function filterLine(seen: SeenPanel): string[] {
  if (!hasFilterLine(seen)) return [];
  const { listing: { filter, passed, total }, isFiltering } = seen;
  const text = `   filter: ${cutCells(filter, 40)}${isFiltering ? '▏' : ''}  ${passed} of ${total}`;
  return [isFiltering ? theme.accent(text) : theme.dim(text)];
}
