import type { IBufferCell } from '@xterm/headless';
import xterm from '@xterm/headless';
import pty from '@lydell/node-pty';

export interface LaunchOptions {
  /** The program; default node. */
  readonly file?: string;
  readonly cols?: number;
  readonly rows?: number;
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** A program in a pseudo-terminal whose screen can be read. */
export interface LaunchedTerminal {
  readonly pid: number;
  type(keys: string): void;
  /** Waits until the visible screen holds the text or matches; fails with the screen in its message. */
  until(wanted: string | RegExp, ms?: number): Promise<void>;
  /** Waits until the visible screen does not hold the text. */
  untilGone(unwanted: string | RegExp, ms?: number): Promise<void>;
  /** The visible screen, rows joined by newlines, blanks at the ends dropped. */
  screen(): string;
  /** All rows of the normal buffer, scrollback first; rows that the terminal wrapped are joined. */
  history(): string[];
  cell(column: number, row: number): IBufferCell;
  /** Where the real cursor stands on the visible screen. */
  cursor(): { column: number; row: number; isHidden: boolean };
  /** True on the alternate screen. */
  isFullScreen(): boolean;
  /** Modes the program has set: bracketed paste. */
  isPasteBracketed(): boolean;
  resize(cols: number, rows: number): void;
  /** Everything the program wrote, as text. */
  written(): string;
  signal(name: NodeJS.Signals): void;
  /** The exit status, once it has ended. */
  exitCode(): number | undefined;
  exited(ms?: number): Promise<number>;
  kill(): void;
}

const pollMs = 5;
const stillRunning = 'still running';

/** Starts `node ...args`, or another program, in a pseudo-terminal. */
export function launch(args: readonly string[], options: LaunchOptions = {}): LaunchedTerminal {
  const { cols = 80, rows = 24 } = options;
  const vt = new xterm.Terminal({ cols, rows, allowProposedApi: true, scrollback: 20_000 });
  const child = pty.spawn(options.file ?? process.execPath, [...args], { name: options.env?.TERM ?? 'xterm-256color', cols, rows, cwd: options.cwd, env: environment(options.env) });
  let exitCode: number | undefined;
  let written = '';
  let parsed = Promise.resolve();
  child.onData((data) => {
    written += data;
    parsed = new Promise((done) => vt.write(data, done));
  });
  child.onExit((end) => (exitCode = end.signal ? 128 + end.signal : end.exitCode));
  vt.onData((answer) => child.write(answer));
  const row = (y: number) => vt.buffer.active.getLine(vt.buffer.active.baseY + y)!;
  const screen = () => Array.from({ length: vt.rows }, (_, y) => row(y).translateToString(true, 0, vt.cols).trimEnd()).join('\n').trimEnd();
  const matches = (wanted: string | RegExp) => (typeof wanted === 'string' ? screen().includes(wanted) : wanted.test(screen()));
  const wait = async (holds: () => boolean, what: string, ms: number) => {
    for (const end = Date.now() + ms; ; ) {
      await parsed;
      if (holds()) return;
      if (Date.now() > end || (exitCode !== undefined && what !== stillRunning)) throw new Error(`${what}; exit status ${exitCode}; screen:\n${screen()}`);
      await new Promise((resolve) => setTimeout(resolve, pollMs));
    }
  };
  return {
    pid: child.pid,
    type: (keys) => child.write(keys),
    until: (wanted, ms = 8000) => wait(() => matches(wanted), `never saw ${String(wanted)}`, ms),
    untilGone: (unwanted, ms = 8000) => wait(() => !matches(unwanted), `still there: ${String(unwanted)}`, ms),
    screen,
    history: () => wholeLines(vt),
    cell: (x, y) => {
      const cell = row(y).getCell(x);
      if (cell === undefined) throw new Error(`no cell ${x}, ${y}`);
      return cell;
    },
    cursor: () => ({ column: vt.buffer.active.cursorX, row: vt.buffer.active.cursorY, isHidden: isCursorHidden(written) }),
    isFullScreen: () => vt.buffer.active.type === 'alternate',
    isPasteBracketed: () => vt.modes.bracketedPasteMode,
    resize: (toCols, toRows) => {
      vt.resize(toCols, toRows);
      child.resize(toCols, toRows);
    },
    written: () => written,
    signal: (name) => void process.kill(child.pid, name),
    exitCode: () => exitCode,
    exited: async (ms = 8000) => {
      await wait(() => exitCode !== undefined, stillRunning, ms);
      return exitCode!;
    },
    kill: () => {
      if (exitCode === undefined) child.kill('SIGKILL');
    },
  };
}

/** node-pty turns an undefined value into text, so what must not be set is left out: colours and ink look at these. */
function environment(extra: Readonly<Record<string, string>> = {}): Record<string, string> {
  const unwanted = new Set(['CI', 'NO_COLOR', 'FORCE_COLOR', 'NODE_ENV', 'TMUX', 'VTE_VERSION', 'XTERM_VERSION', 'STY', 'VITEST', 'NODE_OPTIONS']);
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(process.env)) if (value !== undefined && !unwanted.has(name)) kept[name] = value;
  return { ...kept, ...extra };
}

function wholeLines(vt: InstanceType<typeof xterm.Terminal>): string[] {
  const lines: string[] = [];
  const { normal } = vt.buffer;
  for (let y = 0; y < normal.length; y++) {
    const line = normal.getLine(y)!;
    const text = line.translateToString(true);
    if (line.isWrapped) lines[lines.length - 1] += text;
    else lines.push(text);
  }
  return lines;
}

function isCursorHidden(written: string): boolean {
  return written.lastIndexOf('\x1b[?25l') > written.lastIndexOf('\x1b[?25h');
}
