import { anchored } from '../text/anchored.ts';
import { isPlain } from '../text/graphemes.ts';
import { plainText, styledWidth } from '../text/styled-text.ts';
import { toColumn } from './frame.ts';

const style = /\x1b\[([0-9;:]*)m/g;

/** What turns one row into another, and where the cursor stands when it is written. */
export interface RowChange {
  /** The cell to write from. */
  readonly column: number;
  readonly text: string;
  /** The cell behind what is written; NaN where terminals disagree about it. */
  readonly end: number;
}

/** The change from the first cell that differs, so that a key typed at the end of a line costs a few bytes only. */
export function rowChange(have: string, want: string): RowChange {
  const same = commonStart(have, want);
  const width = styledWidth(want);
  const isCertain = isPlain(plainText(want)) && isPlain(plainText(have));
  if (!isCertain) return { column: 0, text: `${anchored(want)}\x1b[K`, end: Number.NaN };
  const erase = styledWidth(have) > width ? '\x1b[K' : '';
  return { column: styledWidth(want.slice(0, same)), text: stylesAt(want.slice(0, same)) + want.slice(same) + erase, end: width };
}

/** The moves to a cell of the same row: none where the cursor is there. */
export function columnMove(from: number, to: number): string {
  return from === to ? '' : toColumn(to);
}

/** How many characters both begin with, up to a place where one can go on: not within a sequence. */
function commonStart(have: string, want: string): number {
  let same = 0;
  while (same < have.length && same < want.length && have[same] === want[same]) same++;
  return want.slice(0, same).replace(/\x1b\[?[0-9;:]*$/, '').length;
}

/** The sequences that are in force at the end of a text. */
function stylesAt(text: string): string {
  const open = new Map<string, string>();
  for (const [sequence, code = ''] of text.matchAll(style)) {
    if (code === '' || code === '0') open.clear();
    else if (closes[code] === undefined) open.set(kindOf(code), sequence);
    else for (const kind of closes[code]) open.delete(kind);
  }
  return [...open.values()].join('');
}

const closes: Readonly<Record<string, readonly string[] | undefined>> = {
  22: ['1', '2'], 23: ['3'], 24: ['4'], 27: ['7'], 28: ['8'], 29: ['9'], 39: ['foreground'], 49: ['background'],
};

function kindOf(code: string): string {
  if (/^(3[0-8]|9[0-7])/.test(code) && code !== '3') return 'foreground';
  return /^(4[0-8]|10[0-7])/.test(code) && code !== '4' ? 'background' : code;
}
