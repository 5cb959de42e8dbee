import type { ReadStream, WriteStream } from 'node:tty';

const on = '\x1b[?2004h';
/** Everything that the monitor may have switched, back to what a shell expects. */
const off = '\x1b[?2004l\x1b[?25h\x1b[0m';

/** The modes that the monitor needs of the terminal, and their way back. */
export class TerminalModes {
  readonly #stdin: ReadStream;
  readonly #stdout: WriteStream;
  #isOn = false;

  constructor(stdin: ReadStream, stdout: WriteStream) {
    this.#stdin = stdin;
    this.#stdout = stdout;
  }

  /** Raw keys and bracketed paste. */
  enter(): void {
    this.#isOn = true;
    this.#stdin.setRawMode(true);
    this.#stdout.write(on);
  }

  /** After a stop: the shell may have changed what this process believes to be set. */
  renew(): void {
    this.#stdin.setRawMode(false);
    this.enter();
  }

  /** Safe to call more than once, and from an exit handler: terminal writes are synchronous. */
  leave(): void {
    if (!this.#isOn) return;
    this.#isOn = false;
    // A terminal that is gone takes neither bytes nor modes.
    if (!this.#stdout.destroyed) this.#stdout.write(off);
    if (!this.#stdin.destroyed) this.#stdin.setRawMode(false);
  }
}
