type Env = Readonly<Record<string, string | undefined>>;
type Background = 'dark' | 'light';

/** Behind it goes a question that every terminal answers (DA1): what has not been answered before that will not be. */
const question = '\x1b]11;?\x1b\\\x1b[c';
/** Who leaves at once waits this long for the answer, lest the shell gets it as keys. */
const patienceMs = 150;
/** An answer that has not come by then does not come. */
const lateMs = 1000;

/** What the terminal says of its background in COLORFGBG ('15;0'), if it does. */
export function toldBackground({ COLORFGBG = '' }: Env): Background | undefined {
  const colour = /;(\d+)$/.exec(COLORFGBG)?.[1];
  if (colour === undefined) return undefined;
  return Number(colour) === 7 || Number(colour) > 8 ? 'light' : 'dark';
}

/** What an answer about the background says: `11;rgb:RRRR/GGGG/BBBB`. */
export function readBackground(reply: string): Background | undefined {
  const found = /^11;rgba?:([0-9a-f]{1,4})\/([0-9a-f]{1,4})\/([0-9a-f]{1,4})/i.exec(reply);
  if (found === null) return undefined;
  const [red = 0, green = 0, blue = 0] = found.slice(1).map((digits) => Number.parseInt(digits, 16) / (16 ** digits.length - 1));
  return 0.299 * red + 0.587 * green + 0.114 * blue > 0.5 ? 'light' : 'dark';
}

/** Whether the terminal can be asked: some others would print the question, and GNU screen may let it through to one that does. */
export function canBeAsked({ TERM = '', STY, TMUX }: Env): boolean {
  if (STY !== undefined) return false;
  return TMUX !== undefined || /^(xterm|tmux|rxvt-unicode|alacritty|foot|kitty|wezterm|contour|konsole|vte|mintty|st|ghostty)\b/.test(TERM);
}

/** The question for the terminal's background. Nothing waits for its answer, which may never come, except leaving. */
export class BackgroundQuestion {
  readonly #listener: (background: Background) => void;
  #answered: (() => void) | undefined;
  #askedAtMs = Number.NEGATIVE_INFINITY;
  #wait: Promise<void> = Promise.resolve();

  constructor(listener: (background: Background) => void) {
    this.#listener = listener;
  }

  ask(write: (text: string) => void): void {
    this.#wait = new Promise((resolve) => {
      this.#answered = resolve;
    });
    this.#askedAtMs = performance.now();
    write(question);
  }

  /** Takes what the terminal has answered to anything. */
  take(reply: string): void {
    const background = readBackground(reply);
    if (background !== undefined) this.#listener(background);
    if (!/^\?[\d;]*c$/.test(reply)) return;
    this.#answered?.();
    this.#answered = undefined;
  }

  /** Resolves when no answer is to be expected any more. */
  async settled(): Promise<void> {
    if (this.#answered === undefined || performance.now() - this.#askedAtMs > lateMs) return;
    let timer: NodeJS.Timeout | undefined;
    await Promise.race([this.#wait, new Promise<void>((resolve) => {
      timer = setTimeout(resolve, patienceMs);
    })]);
    clearTimeout(timer);
    this.#answered = undefined;
  }
}
