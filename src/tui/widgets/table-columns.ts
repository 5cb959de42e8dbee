import { cutCells, padCells } from '../text/fit-cells.ts';
import { cellWidth } from '../text/graphemes.ts';
import { theme } from '../theme.ts';

/** One column of a table. */
export interface TableColumn<Row> {
  readonly title: string;
  text(row: Row): string;
  /** Colours the cell's text after it was cut and filled. */
  paint?(text: string, row: Row): string;
  readonly align?: 'left' | 'right';
  /** A width that does not follow the contents, so that changing numbers keep their place. */
  readonly fixed?: number;
  /** The column is not cut below this; default its title's or fixed width. */
  readonly min?: number;
  /** The order in which columns go when room is short: the highest first; 0 stays. */
  readonly priority: number;
  /** The order in which columns become narrower: the lowest first, then those without a number, the widest of them first. */
  readonly gives?: number;
  /** What the cell shows in so many cells; default: the text, cut at its end. */
  fit?(text: string, cells: number, row: Row): string;
}

export interface TableLines {
  /** The first column's title, which names the table, and the cells it may take. */
  readonly title: string;
  readonly titleWidth: number;
  /** The other titles, to stand behind the first column. */
  readonly head: string;
  readonly rows: readonly string[];
}

const gap = 2;

/** Sets rows in columns: columns go by priority until the rest fits, then they give way as they are told to. */
export function tableLines<Row>(columns: readonly TableColumn<Row>[], rows: readonly Row[], width: number): TableLines {
  const texts = new Map(columns.map((column) => [column, rows.map((row) => column.text(row))]));
  const shown = fittingColumns(columns, width);
  const widths = shareWidth(shown, texts, width);
  const line = (cell: (column: TableColumn<Row>, width: number) => string) =>
    shown.map((column, index) => cell(column, widths[index] ?? 0)).join(' '.repeat(gap)).trimEnd();
  const [first, ...others] = shown;
  const titles = others.map(({ title, align }, index) => padCells(cutCells(title, widths[index + 1] ?? 0), widths[index + 1] ?? 0, align));
  return {
    title: first?.title ?? '',
    titleWidth: (widths[0] ?? 0) + gap,
    head: theme.dim(titles.join(' '.repeat(gap)).trimEnd()),
    rows: rows.map((row, index) => line((column, cells) => {
      const text = texts.get(column)?.[index] ?? '';
      const cut = column.fit ? column.fit(text, cells, row) : cutCells(text, cells);
      // Blanks at the end of a row would only be wrapped when the terminal gets narrower.
      const fitted = column === shown.at(-1) && column.align !== 'right' ? cut : padCells(cut, cells, column.align);
      return column.paint ? column.paint(fitted, row) : fitted;
    })),
  };
}

function leastWidth<Row>(column: TableColumn<Row>): number {
  return column.min ?? column.fixed ?? cellWidth(column.title);
}

function fittingColumns<Row>(columns: readonly TableColumn<Row>[], width: number): readonly TableColumn<Row>[] {
  let shown = [...columns];
  const needed = () => shown.reduce((sum, column) => sum + leastWidth(column), gap * (shown.length - 1));
  while (needed() > width) {
    const worst = shown.reduce((most, column) => (column.priority > most.priority ? column : most));
    if (worst.priority === 0) break;
    shown = shown.filter((column) => column !== worst);
  }
  return shown;
}

/** Every column gets what its contents need while there is room; then one cell after the other is taken away. */
function shareWidth<Row>(columns: readonly TableColumn<Row>[], texts: ReadonlyMap<TableColumn<Row>, string[]>, width: number): number[] {
  const wanted = columns.map((column) => {
    const least = Math.max(leastWidth(column), cellWidth(column.title));
    return column.fixed ?? (texts.get(column) ?? []).reduce((most, text) => Math.max(most, cellWidth(text)), least);
  });
  let over = wanted.reduce((sum, cells) => sum + cells, gap * (columns.length - 1)) - width;
  while (over > 0) {
    const next = nextToGive(columns, wanted);
    if (next < 0) break;
    wanted[next] = (wanted[next] ?? 0) - 1;
    over--;
  }
  return wanted;
}

function nextToGive<Row>(columns: readonly TableColumn<Row>[], widths: readonly number[]): number {
  const order = (index: number) => columns[index]?.gives ?? Number.POSITIVE_INFINITY;
  let next = -1;
  columns.forEach((column, index) => {
    const cells = widths[index] ?? 0;
    if (cells <= leastWidth(column)) return;
    if (next < 0 || order(index) < order(next) || (order(index) === order(next) && cells > (widths[next] ?? 0))) next = index;
  });
  return next;
}
