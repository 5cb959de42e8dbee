import { Chalk } from 'chalk';
import chalk from 'chalk';

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

/** Makes the theme; `level` 0 is without colour, where weight and inversion are left out too. */
export function createTheme(level: 0 | 1 | 2 | 3): Theme {
  const paint = new Chalk({ level });
  return {
    heading: paint.bold.cyan,
    dim: paint.dim,
    strong: paint.bold,
    good: paint.green,
    warn: paint.yellow,
    bad: paint.red,
    accent: paint.cyan,
    chosen: paint.inverse,
    match: paint.underline,
  };
}

/** The theme of this process's terminal; NO_COLOR with any text in it turns colours off. */
export const theme: Theme = createTheme(process.env.NO_COLOR ? 0 : chalk.level);
