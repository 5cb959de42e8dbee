import chalk, { Chalk } from 'chalk';
import type { ChalkInstance } from 'chalk';

type Paint = (text: string) => string;

/** The colours by what they mean. Whatever has a colour also says so in words or by its place. */
export interface Theme {
  readonly heading: Paint;
  readonly dim: Paint;
  readonly strong: Paint;
  readonly good: Paint;
  readonly warn: Paint;
  readonly bad: Paint;
  readonly accent: Paint;
  readonly chosen: Paint;
  readonly match: Paint;
}

/** What the background is like; `mono` has weight and inversion, but no colour. */
export type ThemeName = 'dark' | 'light' | 'mono';

/** How many colours a terminal has: none and no weight either, 16, 256, all. */
export type ColourLevel = 0 | 1 | 2 | 3;

type Env = Readonly<Record<string, string | undefined>>;

/** Makes a theme. Colours beyond the terminal's own sixteen are used where those cannot be read on a light background. */
export function createTheme(name: ThemeName, level: ColourLevel): Theme {
  const paint = new Chalk({ level });
  return { dim: paint.dim, strong: paint.bold, chosen: paint.inverse, match: paint.underline, ...palettes[name](paint, level) };
}

type Palette = Pick<Theme, 'heading' | 'good' | 'warn' | 'bad' | 'accent'>;

const palettes: Readonly<Record<ThemeName, (paint: ChalkInstance, level: ColourLevel) => Palette>> = {
  dark: (paint) => ({ heading: paint.bold.cyan, good: paint.green, warn: paint.yellow, bad: paint.red, accent: paint.cyan }),
  light: (paint, level) => (level < 2
    ? { heading: paint.bold.blue, good: paint.green, warn: paint.magenta, bad: paint.red, accent: paint.blue }
    : { heading: paint.bold.ansi256(24), good: paint.ansi256(22), warn: paint.ansi256(130), bad: paint.ansi256(124), accent: paint.ansi256(25) }),
  mono: (paint) => ({ heading: paint.bold, good: String, warn: String, bad: paint.bold, accent: String }),
};

/** How many colours to use here: NO_COLOR with any text in it means none, and terminals of before 256 colours get sixteen. */
export function colourLevel(env: Env, supported: ColourLevel = chalk.level): ColourLevel {
  if (env.NO_COLOR) return supported === 0 ? 0 : 1;
  return /^(screen|linux|ansi|cygwin|vt\d+|xterm|rxvt)$/.test(env.TERM ?? '') ? Math.min(supported, 1) as ColourLevel : supported;
}

let current = createTheme(process.env.NO_COLOR ? 'mono' : 'dark', colourLevel(process.env));

/** Changes the colours of all that is painted from now on. Where colours are unwanted it is `mono` in any case. */
export function wearTheme(name: ThemeName, env: Env): void {
  current = createTheme(env.NO_COLOR ? 'mono' : name, colourLevel(env));
}

/** The theme in force. */
export const theme: Theme = {
  heading: (text) => current.heading(text),
  dim: (text) => current.dim(text),
  strong: (text) => current.strong(text),
  good: (text) => current.good(text),
  warn: (text) => current.warn(text),
  bad: (text) => current.bad(text),
  accent: (text) => current.accent(text),
  chosen: (text) => current.chosen(text),
  match: (text) => current.match(text),
};
