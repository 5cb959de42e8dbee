import { EventEmitter } from 'node:events';
import type * as InkModule from 'ink';
import type { Instance } from 'ink';
import type { ReactNode } from 'react';

type Ink = typeof InkModule;

/** What ink takes for a terminal: it keeps the frame that ink wrote last. */
class Region extends EventEmitter {
  readonly isTTY = true;
  readonly writable = true;
  columns = 80;
  rows = 24;
  frame = '';

  write(text: string, done?: () => void): boolean {
    // In debug mode ink writes whole frames; the rest is its hiding and showing of the cursor.
    if (!text.startsWith('\x1b[?25')) this.frame = text;
    done?.();
    return true;
  }
}

/** Nobody types into a root: keys come from our own parser. */
class NoInput extends EventEmitter {
  readonly isTTY = false;
  setEncoding(): void { /* there is nothing to decode */ }
  setRawMode(): void { /* the monitor itself does that */ }
  resume(): void { /* nothing flows */ }
  pause(): void { /* nothing flows */ }
  ref(): void { /* does not keep the process alive */ }
  unref(): void { /* does not keep the process alive */ }
  read(): null { return null; }
}

/** One region of the screen that ink lays out: components in, finished rows out, in the same turn. */
export class InkRoot {
  readonly #region = new Region();
  readonly #ink: Ink;
  #instance: Instance | undefined;

  constructor(ink: Ink) {
    this.#ink = ink;
  }

  /** Lays out a tree in `columns` cells and returns its rows. */
  render(node: ReactNode, columns: number): readonly string[] {
    this.#region.columns = columns;
    if (this.#instance) {
      this.#instance.rerender(node);
    } else {
      const stdin = new NoInput() as unknown as NodeJS.ReadStream;
      const stdout = this.#region as unknown as NodeJS.WriteStream;
      this.#instance = this.#ink.render(node, { stdin, stdout, debug: true, patchConsole: false, exitOnCtrlC: false });
    }
    const frame = this.#region.frame.replace(/\n$/, '');
    return frame === '' ? [] : frame.split('\n');
  }

  close(): void {
    this.#instance?.unmount();
    this.#instance?.cleanup();
  }
}
