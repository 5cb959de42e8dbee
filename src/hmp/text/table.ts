/** One column: its head, and whether it holds numbers, which end at the same place. */
export interface Column {
  readonly head: string;
  readonly isNumber?: boolean;
}

/** Rows under heads, two blanks between the columns; a column in which nothing is said is left out. Lines end with '\n', not with blanks. */
export function tableText(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const shown = columns.map((column, index) => ({ ...column, index })).filter(({ index }) => rows.some((row) => (row[index] ?? '') !== ''));
  const lines = [columns.map(({ head }) => head), ...rows];
  const widths = shown.map(({ index }) => Math.max(...lines.map((line) => length(line[index]))));
  return lines.map((line) => {
    const cells = shown.map(({ index, isNumber }, place) => aligned(line[index] ?? '', widths[place] ?? 0, isNumber === true));
    return `${cells.join('  ').trimEnd()}\n`;
  }).join('');
}

function aligned(text: string, width: number, isRight: boolean): string {
  const blanks = ' '.repeat(Math.max(0, width - length(text)));
  return isRight ? blanks + text : text + blanks;
}

const length = (text = '') => [...text].length;
