const levels = ' ▁▂▃▄▅▆▇█';

/** The last values as `height` rows of columns, the top one first; a limit is a dashed line at its height. */
export function chartRows(values: readonly number[], { width, height, limit = 0 }: { width: number; height: number; limit?: number | undefined }): string[] {
  const shown = values.slice(-width);
  const most = Math.max(...shown, limit, 1);
  const limitRow = limit > 0 ? Math.min(height - 1, Math.ceil((limit / most) * height) - 1) : -1;
  return Array.from({ length: height }, (_, index) => {
    const row = height - 1 - index;
    const cells = shown.map((value) => {
      const level = Math.max(0, Math.min(8, Math.round(((value / most) * height - row) * 8)));
      return level === 0 && row === limitRow ? '┄' : levels[level];
    });
    const empty = row === limitRow ? '┄' : ' ';
    return empty.repeat(Math.max(0, width - shown.length)) + cells.join('');
  });
}
