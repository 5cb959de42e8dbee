import { cellWidth, graphemes } from '../text/graphemes.ts';
import type { Terminal } from './frame.ts';

/** ASCII of one cell for each character that our own lines use. */
const pairs: Readonly<Record<string, string>> = {
  '─┄–—': '-', '━═': '=', '│┃▏├': '|', '└': '`', '┌┐┘┤┬┴┼╭╮╰╯': '+', '…': '~', '▸▶►→›': '>', '◂◀←‹': '<', '◆■●•·×✗': '*', '▲↑': '^', '▼↓': 'v',
  '▁': '_', '▂': '.', '▃': ',', '▄': '-', '▅': '=', '▆': '+', '▇': '*', '█': '#', '▉▊▋▌▍▎▐': '|', '░▒▓': ':', '“”': '"', '‘’': "'", '\u00a0': ' ',
};
const ascii = new Map(Object.entries(pairs).flatMap(([characters, stand]) => [...characters].map((character) => [character, stand] as const)));

/** Whether the locale's characters are UTF-8; where no locale is set, they are taken to be. */
export function isUtf8({ LC_ALL, LC_CTYPE, LANG }: Readonly<Record<string, string | undefined>>): boolean {
  const locale = [LC_ALL, LC_CTYPE, LANG].find((one) => one !== undefined && one !== '');
  return locale === undefined || /utf-?8/i.test(locale);
}

/** A text in ASCII that takes as many cells. */
export function asciiText(text: string): string {
  return text.replace(/[^\x00-\x7f]+/g, (run) => graphemes(run).map(standIn).join(''));
}

function standIn(grapheme: string): string {
  const code = grapheme.codePointAt(0) ?? 0;
  if (code >= 0x2800 && code <= 0x28ff) return '*';
  return ascii.get(grapheme) ?? '?'.repeat(cellWidth(grapheme));
}

/** The terminal, in whose locale all that is written can be read. */
export function inCharset(terminal: Terminal, env: Readonly<Record<string, string | undefined>>): Terminal {
  if (isUtf8(env)) return terminal;
  return {
    get columns() { return terminal.columns; },
    get rows() { return terminal.rows; },
    write: (text) => terminal.write(asciiText(text)),
  };
}
