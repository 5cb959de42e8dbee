/** A bar of `width` cells; its parts differ in shape, not only in colour. */
export function progressBar(percent: number, width: number): { readonly done: string; readonly left: string } {
  const cells = Math.max(0, Math.min(width, Math.floor((percent / 100) * width)));
  return { done: '━'.repeat(cells), left: '┄'.repeat(width - cells) };
}
