import type { ReflowHabit } from './inline-painter.ts';

/**
 * What the terminal does with long rows when it gets narrower. Nearly all wrap them; xterm, rxvt, GNU screen and the
 * Linux console cut them. tmux and VTE wrap the cursor's row too, while the xterm.js family leaves it to the program.
 */
export function reflowHabit(env: Readonly<Record<string, string | undefined>>): ReflowHabit {
  const term = env.TERM ?? '';
  if (env.TMUX) return { wrapsRows: true, wrapsCursorRow: true };
  const cuts = env.XTERM_VERSION !== undefined || env.STY !== undefined || /^(rxvt|linux|screen|vt)/.test(term);
  return { wrapsRows: !cuts, wrapsCursorRow: !cuts && env.VTE_VERSION !== undefined };
}
