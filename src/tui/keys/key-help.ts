import { padCells } from '../text/fit-cells.ts';
import { cellWidth } from '../text/graphemes.ts';
import { theme } from '../theme.ts';
import type { KeyBinding } from './key-bindings.ts';

const headings: Readonly<Record<KeyBinding['when'], string>> = {
  line: 'Keys', popup: 'In the list of candidates', search: 'In the search', ghost: 'While the rest of an older line is shown',
  timeline: 'In the recording, while the line is empty', question: 'While a question waits',
  anywhere: 'Anywhere', panel: 'In a panel', filter: 'In its filter',
};

/** Where somebody is, and the sections that help there. */
const sections: Readonly<Record<'line' | 'panel', readonly KeyBinding['when'][]>> = {
  line: ['timeline', 'line', 'ghost', 'popup', 'search', 'question', 'anywhere'], panel: ['panel', 'filter', 'question', 'anywhere'],
};

const names: Readonly<Record<string, string>> = {
  enter: 'Enter', tab: 'Tab', backspace: 'Backspace', delete: 'Del', escape: 'Esc', home: 'Home', end: 'End',
  ' ': 'Space', pageup: 'PgUp', pagedown: 'PgDn', up: 'Up', down: 'Down', left: 'Left', right: 'Right', space: 'Space',
};

/** The help text for who types a line, or for the panel that has the keys: one line per row of the keymap, in two columns where there is room. */
export function keyHelp(bindings: readonly KeyBinding[], width: number, panel?: string): string[] {
  return sections[panel === undefined ? 'line' : 'panel'].flatMap((when) => {
    const rows = bindings.filter((binding) => binding.when === when && (binding.panel === undefined || binding.panel === panel));
    return rows.length === 0 ? [] : [theme.heading(headings[when]), ...rowLines(rows, width)];
  });
}

/** A key's name as people write it: 'ctrl+alt+h' is 'Ctrl-Alt-H'. */
export function keyLabel(key: string): string {
  return key.split('+').map((part) => names[part] ?? part.charAt(0).toUpperCase() + part.slice(1)).join('-');
}

function rowLines(rows: readonly KeyBinding[], width: number): string[] {
  const labels = rows.map((row) => row.keys.slice(0, 2).map(keyLabel).join(', '));
  const labelWidth = Math.max(...labels.map(cellWidth));
  const cell = (index: number) => {
    const row = rows[index];
    return row ? { plain: `  ${padCells(labels[index] ?? '', labelWidth)}  ${row.description}`, row, label: labels[index] ?? '' } : undefined;
  };
  const cells = rows.map((_, index) => cell(index)).filter((found) => found !== undefined);
  const widest = Math.max(...cells.map((found) => cellWidth(found.plain)));
  const paint = (found: (typeof cells)[number], fill: number) =>
    `  ${theme.accent(padCells(found.label, labelWidth))}  ${padCells(found.row.description, fill)}`;
  const columns = Math.max(1, Math.min(3, Math.floor((width - 1) / (widest + 2))));
  const height = Math.ceil(cells.length / columns);
  return Array.from({ length: height }, (_, line) => {
    const across = Array.from({ length: columns }, (_unused, column) => cells[column * height + line]).filter((found) => found !== undefined);
    return across.map((found) => paint(found, widest - labelWidth - 4)).join('  ').trimEnd();
  });
}
