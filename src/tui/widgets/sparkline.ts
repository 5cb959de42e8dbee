const levels = '▁▂▃▄▅▆▇█';

/** The last values as one row of at most `width` cells, scaled to the highest, or to the limit; nothing at all is the lowest line. */
export function sparkline(values: readonly number[], width: number, limit = 0): string {
  const shown = values.slice(-width);
  const most = Math.max(...shown, limit);
  return shown.map((value) => levels[most > 0 ? Math.min(7, Math.ceil((value / most) * 7)) : 0]).join('');
}
