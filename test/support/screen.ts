import xterm from '@xterm/headless';

/** A terminal without a program: what painters write ends up on its screen. */
export class Screen {
  readonly #vt: InstanceType<typeof xterm.Terminal>;
  #parsed = Promise.resolve();
  written = '';

  constructor(cols: number, rows: number) {
    this.#vt = new xterm.Terminal({ cols, rows, allowProposedApi: true, scrollback: 10_000 });
  }

  get columns(): number { return this.#vt.cols; }
  get rows(): number { return this.#vt.rows; }

  write(text: string): void {
    this.written += text;
    this.#parsed = new Promise((done) => this.#vt.write(text, done));
  }

  async resize(cols: number, rows: number): Promise<void> {
    await this.#parsed;
    this.#vt.resize(cols, rows);
  }

  /** The visible rows, blanks at the ends and blank rows at the bottom dropped. */
  async visible(): Promise<string[]> {
    await this.#parsed;
    const { active } = this.#vt.buffer;
    const rows = Array.from({ length: this.#vt.rows }, (_, y) => active.getLine(active.baseY + y)!.translateToString(true).trimEnd());
    while (rows.at(-1) === '') rows.pop();
    return rows;
  }

  /** Every row since the start, scrollback included; wrapped rows joined, blank ones at the bottom dropped. */
  async all(): Promise<string[]> {
    await this.#parsed;
    const lines: string[] = [];
    const { normal } = this.#vt.buffer;
    for (let y = 0; y < normal.length; y++) {
      const line = normal.getLine(y)!;
      if (line.isWrapped) lines[lines.length - 1] += line.translateToString(true);
      else lines.push(line.translateToString(true));
    }
    const trimmed = lines.map((line) => line.trimEnd());
    while (trimmed.at(-1) === '') trimmed.pop();
    return trimmed;
  }

  /** In which cell of each row that holds it a character stands, scrollback included. */
  async cells(character: string): Promise<number[]> {
    await this.#parsed;
    const { normal } = this.#vt.buffer;
    const rows = Array.from({ length: normal.length }, (_, y) => normal.getLine(y)!);
    return rows.map((row) => Array.from({ length: this.#vt.cols }, (_, x) => row.getCell(x)!.getChars()).indexOf(character)).filter((x) => x >= 0);
  }

  async cursor(): Promise<{ row: number; column: number }> {
    await this.#parsed;
    return { row: this.#vt.buffer.active.cursorY, column: this.#vt.buffer.active.cursorX };
  }
}
