import type { Panel, PanelColumn, PanelModel } from './panel.ts';
import type { PanelView } from './state/panels-state.ts';

/** One row of a panel in its place. */
export interface ListedRow<Row = unknown> {
  readonly row: Row;
  readonly key: string;
  /** How the row hangs below others: for each row above it in the tree, whether more of its kind follow. Empty at the left edge. */
  readonly branches: readonly boolean[];
  /** Whether it is unfolded; absent when nothing is below it. */
  readonly isOpen?: boolean;
}

/** A panel's rows after filter, order and folding; texts are not made yet. */
export interface Listing {
  readonly rows: readonly ListedRow[];
  /** How many rows are at the left edge, and how many of them the filter lets pass. */
  readonly total: number;
  readonly passed: number;
  /** The filter in force. */
  readonly filter: string;
}

const leftEdge: readonly boolean[] = [];

/** Lists a panel's rows as they are looked at. */
export function listRows(panel: Panel, model: PanelModel, view: PanelView, isFullScreen: boolean): Listing {
  const all = panel.rows(model);
  const filter = view.filter ?? panel.filter ?? '';
  const passed = filter === '' ? all : all.filter(filterOf(panel, filter));
  const startsOpen = view.allOpen ?? panel.startsOpen?.({ count: all.length, isFullScreen }) ?? false;
  const rows: ListedRow[] = [];
  const list = (row: unknown, branches: readonly boolean[]): void => {
    const key = panel.keyOf(row);
    const isOpen = view.open[key] ?? (branches.length > 0 || startsOpen);
    const below = isOpen || branches.length > 0 ? panel.below?.(row, model) ?? [] : undefined;
    const isLeaf = panel.below === undefined || below?.length === 0;
    rows.push(isLeaf ? { row, key, branches } : { row, key, branches, isOpen });
    if (isOpen) below?.forEach((child, index) => list(child, [...branches, index < below.length - 1]));
  };
  for (const row of ordered(panel, passed, view)) list(row, leftEdge);
  return { rows, total: all.length, passed: passed.length, filter };
}

/** Where the chosen row stands; 0 when none was chosen yet, -1 when there is no row. */
export function chosenIndex({ rows }: Listing, { chosen }: PanelView): number {
  if (chosen === undefined) return Math.min(0, rows.length - 1);
  if (rows[chosen.index]?.key === chosen.key) return chosen.index;
  const found = rows.findIndex(({ key }) => key === chosen.key);
  return found >= 0 ? found : Math.min(chosen.index, rows.length - 1);
}

/** The first row to show so that the chosen one is in sight. */
export function firstInSight(count: number, chosen: number, room: number): number {
  return Math.max(0, Math.min(count - room, chosen - Math.floor(room / 2)));
}

/** Words that all have to be there, in any case; with a '!' before them they must not be. */
function filterOf(panel: Panel, filter: string): (row: unknown) => boolean {
  const words = filter.toLowerCase().split(/\s+/).filter((word) => word !== '' && word !== '!');
  return (row) => {
    const text = panel.textOf(row).toLowerCase();
    return words.every((word) => (word.startsWith('!') ? !text.includes(word.slice(1)) : text.includes(word)));
  };
}

function ordered(panel: Panel, rows: readonly unknown[], { sort }: PanelView): readonly unknown[] {
  const column = sort && panel.columns.find((one) => one.sort !== undefined && one.title === sort.column);
  if (sort === undefined || column === undefined) return rows;
  const sign = sort.isDescending ? -1 : 1;
  return rows.map((row) => ({ row, by: column.sort?.(row) }))
    .sort((one, other) => compare(one.by, other.by, sign))
    .map(({ row }) => row);
}

/** What is not known stands last in either direction. */
function compare(one: Ordinal, other: Ordinal, sign: number): number {
  if (one === undefined || other === undefined) return Number(one === undefined) - Number(other === undefined);
  return one === other ? 0 : sign * (one < other ? -1 : 1);
}

type Ordinal = ReturnType<NonNullable<PanelColumn<unknown>['sort']>>;
