import { lineText } from './line.ts';
import type { Line } from './line.ts';

/** Lines on their way to the terminal. Own output is never shortened; a flood of events is. */
export class PrintQueue {
  #items: { line: Line; isEvent: boolean }[] = [];
  #events = 0;
  #skipped = 0;

  get isEmpty(): boolean {
    return this.#items.length === 0;
  }

  add(lines: readonly Line[], isEvent: boolean): void {
    for (const line of lines) this.#items.push({ line, isEvent });
    if (!isEvent) return;
    this.#events += lines.length;
    if (this.#events > 10_000) this.#dropEvents(this.#events - 1000);
  }

  /**
   * Takes up to `most` lines in order. When more events wait than fit into `room` rows, the older ones of them become
   * one line made by `summary`.
   */
  take(most: number, room: number, summary: (skipped: number) => string): string[] {
    if (this.#events > room) this.#dropEvents(this.#events - Math.max(1, room - 1));
    const taken = this.#items.splice(0, most);
    this.#events -= taken.filter(({ isEvent }) => isEvent).length;
    const lines = taken.map(({ line }) => lineText(line));
    if (this.#skipped === 0) return lines;
    const at = taken.findIndex(({ isEvent }) => isEvent);
    const note = summary(this.#skipped);
    this.#skipped = 0;
    return [...lines.slice(0, Math.max(0, at)), note, ...lines.slice(Math.max(0, at))];
  }

  #dropEvents(count: number): void {
    let left = count;
    this.#items = this.#items.filter(({ isEvent }) => !isEvent || left-- <= 0);
    this.#events -= count;
    this.#skipped += count;
  }
}
