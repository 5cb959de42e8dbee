import { anchored } from '../text/anchored.ts';
import { cutStyled } from '../text/styled-text.ts';
import { synchronized } from './frame.ts';
import type { Frame, Terminal } from './frame.ts';

/** Paints whole frames on the terminal's alternate screen: only the rows that changed are written. */
export class FullScreenPainter {
  readonly #terminal: Terminal;
  #have: readonly string[] | undefined;
  #caret = '';

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  enter(): void {
    this.#have = undefined;
    this.#terminal.write('\x1b[?1049h\x1b[H');
  }

  /** Gives back the normal screen as it was. */
  leave(): void {
    this.#terminal.write('\x1b[?1049l');
  }

  /** Tells that nothing on screen can be relied on. */
  resized(): void {
    this.#have = undefined;
  }

  paint(frame: Frame): void {
    const { columns, rows: height } = this.#terminal;
    const want = Array.from({ length: height }, (_, index) => cutStyled(frame.rows[index] ?? '', columns - 1));
    const changed = want.map((row, index) => (row === this.#have?.[index] ? '' : `\x1b[${index + 1};1H${anchored(row)}\x1b[K`)).join('');
    const caret = `\x1b[${frame.caret.row + 1};${frame.caret.column + 1}H`;
    if (changed === '' && caret === this.#caret) return;
    const isWhole = this.#have === undefined;
    this.#have = want;
    this.#caret = caret;
    const isLarge = changed.length > 2 * columns;
    this.#terminal.write(synchronized(`${isLarge ? '\x1b[?25l' : ''}${changed}${caret}${isLarge || isWhole ? '\x1b[?25h' : ''}`));
  }
}
