import { theme } from '../theme.ts';
import type { Line } from './line.ts';

/** Nobody reads more lines than these between two paints. */
const mostKept = 200;

/** Events between two paints: of a flood, the last ones are kept and the others counted, before they cost anything. */
export class EventBuffer {
  #lines: Line[] = [];
  #skipped = 0;

  add(lines: readonly Line[]): void {
    for (const line of lines) this.#lines.push(line);
    if (this.#lines.length <= 2 * mostKept) return;
    this.#skipped += this.#lines.length - mostKept;
    this.#lines = this.#lines.slice(-mostKept);
  }

  /** What came since it was asked last, in order. */
  take(): readonly Line[] {
    const note = this.#skipped === 0 ? [] : [theme.dim(`… ${this.#skipped} events are left out (F7 shows the last ones)`)];
    const taken = [...note, ...this.#lines];
    this.#lines = [];
    this.#skipped = 0;
    return taken;
  }
}
