import { wrapStyled } from '../text/styled-text.ts';
import { lineText } from './line.ts';
import type { Line } from './line.ts';

/** The last lines that were printed, coloured and whole; older ones are forgotten. */
export class Scrollback {
  #lines: Line[] = [];
  #total = 0;
  readonly #capacity: number;

  constructor(capacity = 5000) {
    this.#capacity = capacity;
  }

  /** How many lines were ever added. */
  get total(): number {
    return this.#total;
  }

  /** How many lines are kept, at most the capacity. */
  get size(): number {
    return Math.min(this.#lines.length, this.#capacity);
  }

  add(lines: readonly Line[]): void {
    this.#total += lines.length;
    for (const line of lines.length > this.#capacity ? lines.slice(-this.#capacity) : lines) this.#lines.push(line);
    if (this.#lines.length > 2 * this.#capacity) this.#lines = this.#lines.slice(-this.#capacity);
  }

  /** The lines added after `total` was `mark`, as far as they are kept, and how many are not. */
  since(mark: number): { lines: readonly Line[]; forgotten: number } {
    const wanted = this.#total - mark;
    const kept = Math.min(wanted, this.size);
    return { lines: kept === 0 ? [] : this.#lines.slice(-kept), forgotten: wanted - kept };
  }

  /** `height` terminal rows that end `back` rows above the newest; fewer when there are not so many. */
  rows(view: { width: number; height: number; back: number }): string[] {
    const found: string[] = [];
    const needed = view.height + view.back;
    const oldest = this.#lines.length - this.size;
    for (let index = this.#lines.length - 1; index >= oldest && found.length < needed; index--) {
      const rows = wrapStyled(lineText(this.#lines[index] ?? ''), view.width);
      for (let row = rows.length - 1; row >= 0; row--) found.push(rows[row] ?? '');
    }
    const end = Math.max(0, Math.min(found.length, needed));
    return found.slice(Math.max(0, end - view.height), end).reverse();
  }
}
