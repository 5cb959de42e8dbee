import { padCells } from '../text/fit-cells.ts';
import { cellWidth } from '../text/graphemes.ts';
import { theme } from '../theme.ts';
import type { ScreenState } from '../state/screen-state.ts';
import type { KeyBinding } from './key-bindings.ts';
import { bindingName } from './key-names.ts';

const headings: Readonly<Record<KeyBinding['when'], string>> = {
  line: 'Keys', popup: 'In the list of candidates', search: 'In the search', ghost: 'While the rest of an older line is shown',
  timeline: 'In the recording, while the line is empty', question: 'While a question waits',
  anywhere: 'Anywhere', panel: 'In a panel', filter: 'In its filter',
};

/** Where somebody is, and the sections that help there; 'typing' is all that has to do with lines. */
const sections = {
  typing: ['timeline', 'line', 'ghost', 'popup', 'search', 'question', 'anywhere'],
  line: ['timeline', 'line', 'ghost', 'anywhere'],
  popup: ['popup', 'anywhere'],
  search: ['search', 'anywhere'],
  panel: ['panel', 'filter', 'anywhere'],
  question: ['question', 'anywhere'],
} satisfies Readonly<Record<string, readonly KeyBinding['when'][]>>;

/** A place on the screen that has keys of its own. */
export interface HelpPlace {
  readonly where: keyof typeof sections;
  readonly panel?: string | undefined;
}

/** Where the keys go now. */
export function helpPlace({ panels, search, popup, question }: ScreenState): HelpPlace {
  if (question !== undefined) return { where: 'question' };
  if (panels.focus !== undefined) return { where: 'panel', panel: panels.focus };
  return { where: search ? 'search' : popup ? 'popup' : 'line' };
}

const names: Readonly<Record<string, string>> = {
  enter: 'Enter', tab: 'Tab', backspace: 'Backspace', delete: 'Del', escape: 'Esc', home: 'Home', end: 'End',
  ' ': 'Space', pageup: 'PgUp', pagedown: 'PgDn', up: 'Up', down: 'Down', left: 'Left', right: 'Right', space: 'Space',
};

/** The help text for a place: one line per row of the keymap, in two columns where there is room. */
export function keyHelp(bindings: readonly KeyBinding[], width: number, { where, panel }: HelpPlace = { where: 'typing' }): string[] {
  return sections[where].flatMap((when) => {
    const rows = bindings.filter((binding) => binding.when === when && binding.keys.length > 0 && (binding.panel === undefined || binding.panel === panel));
    return rows.length === 0 ? [] : [theme.heading(headings[when]), ...rowLines(rows, width)];
  });
}

/** The keymap as the config file has it, to be copied from. */
export function keyMapText(bindings: readonly KeyBinding[]): string[] {
  const rows = bindings.flatMap((binding) => {
    const name = bindingName(binding);
    return name === undefined ? [] : [{ text: `  '${name}': [${binding.keys.map((key) => `'${key.replace(/[\\']/g, '\\$&')}'`).join(', ')}],`, note: binding.description }];
  });
  const width = Math.max(...rows.map(({ text }) => cellWidth(text)));
  return ['keys: {', ...rows.map(({ text, note }) => `${padCells(text, width)}  ${theme.dim(`// ${note}`)}`), '}'];
}

/** A key's name as people write it: 'ctrl+alt+h' is 'Ctrl-Alt-H'; alone, 'o' and 'O' are two keys. */
export function keyLabel(key: string): string {
  if ([...key].length === 1) return names[key] ?? key;
  return key.split('+').map((part) => names[part] ?? part.charAt(0).toUpperCase() + part.slice(1)).join('-');
}

/** What the help says of one row, or of several that belong together. */
interface HelpRow {
  readonly label: string;
  readonly description: string;
}

function rowLines(bindings: readonly KeyBinding[], width: number): string[] {
  const cells = helpRows(bindings);
  const labelWidth = Math.max(...cells.map(({ label }) => cellWidth(label)));
  const widest = labelWidth + 4 + Math.max(...cells.map(({ description }) => cellWidth(description)));
  const paint = ({ label, description }: HelpRow, fill: number) => `  ${theme.accent(padCells(label, labelWidth))}  ${padCells(description, fill)}`;
  const columns = Math.max(1, Math.min(3, Math.floor((width - 1) / (widest + 2))));
  const height = Math.ceil(cells.length / columns);
  return Array.from({ length: height }, (_, line) => {
    const across = Array.from({ length: columns }, (_unused, column) => cells[column * height + line]).filter((found) => found !== undefined);
    return across.map((found) => paint(found, widest - labelWidth - 4)).join('  ').trimEnd();
  });
}

function helpRows(bindings: readonly KeyBinding[]): HelpRow[] {
  const runs: [KeyBinding, ...KeyBinding[]][] = [];
  for (const binding of bindings) {
    const run = runs.at(-1);
    if (run !== undefined && goesOn(run.at(-1)!, binding)) run.push(binding);
    else runs.push([binding]);
  }
  return runs.map(([first, ...others]) => {
    const last = others.at(-1);
    if (last === undefined) return { label: first.keys.slice(0, 2).map(keyLabel).join(', '), description: first.description };
    return { label: `${keyLabel(first.keys[0]!)} ... ${keyLabel(last.keys[0]!)}`, description: first.series! };
  });
}

/** Whether a row does the next of a series, with the next key. */
function goesOn({ series, keys: [before = '', ...more] }: KeyBinding, next: KeyBinding): boolean {
  const [key = '', ...others] = next.keys;
  if (series === undefined || series !== next.series || more.length > 0 || others.length > 0) return false;
  return key.slice(0, -1) === before.slice(0, -1) && key.charCodeAt(key.length - 1) === before.charCodeAt(before.length - 1) + 1;
}
