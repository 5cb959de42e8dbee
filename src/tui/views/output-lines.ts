import type { Output } from '../../shell/session.ts';
import { printableLines } from '../text/printable.ts';
import { theme } from '../theme.ts';

/** One piece of output as lines for the scrollback, coloured by its kind. */
export function outputLines(output: Output): string[] {
  const lines = printableLines(output.text);
  switch (output.kind) {
    case 'text': return lines;
    case 'json': return lines.map(paintJson);
    case 'error': return lines.map((line) => theme.bad(line));
    case 'event': return lines.map((line) => theme.accent('◆ ') + theme.dim(line));
    case 'note': return lines.map((line) => theme.dim(line));
  }
}

/** Sets the keys of printed JSON off from its values. */
function paintJson(line: string): string {
  return line.replace(/^(\s*)("(?:[^"\\]|\\.)*")(?=: )/, (_, indent: string, key: string) => indent + theme.accent(key));
}
