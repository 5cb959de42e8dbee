import type { LiveView } from '../../shell/session.ts';
import { cutStyled } from '../text/styled-text.ts';
import { printableLine } from '../text/printable.ts';
import { theme } from '../theme.ts';
import { outputLines } from './output-lines.ts';

/** What a running line shows in place: its heading, and the lines that fit; those that are new have a mark. */
export function liveViewLines({ heading, lines }: LiveView, width: number, height: number): string[] {
  if (height < 2) return [];
  const isCut = lines.length > height - 1;
  const shown = lines.slice(0, isCut ? height - 2 : height - 1).map(({ kind, text, isChanged }) => {
    const [painted = ''] = outputLines({ kind, text });
    return cutStyled(isChanged ? `${theme.warn('*')} ${theme.strong(painted)}` : `  ${painted}`, width);
  });
  const more = isCut ? [theme.dim(`  … ${lines.length - shown.length} more lines`)] : [];
  return [cutStyled(theme.heading(printableLine(heading)), width), ...shown, ...more];
}
