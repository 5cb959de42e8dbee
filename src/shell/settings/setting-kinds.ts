import { homedir } from 'node:os';
import { resolve } from 'node:path';

/** What values a setting takes. */
export interface SettingKind<Value> {
  /** In words: 'on or off'. */
  readonly takes: string;
  /** For completion. */
  readonly words: readonly string[];
  /** The value of what a config file or a line gives; undefined when it is none. */
  read(given: unknown): Value | undefined;
  /** As a line gives it. */
  format(value: Value): string;
  /** As the config file holds it; default: the value. */
  write?(value: Value): unknown;
}

/** on or off; the file may say true or false. */
export const toggle: SettingKind<boolean> = {
  takes: 'on or off',
  words: ['on', 'off'],
  read: (given) => (typeof given === 'boolean' ? given : given === 'on' ? true : given === 'off' ? false : undefined),
  format: (value) => (value ? 'on' : 'off'),
};

/** One of some words. */
export function oneOf<const Word extends string>(...words: readonly Word[]): SettingKind<Word> {
  return { takes: words.join(', '), words, read: (given) => words.find((word) => word === given), format: (value) => value };
}

/** A number within bounds; `step` 1 makes it whole. */
export function numberFrom(least: number, most: number, { unit, whole = false }: { unit: string; whole?: boolean }): SettingKind<number> {
  return {
    takes: `${least} to ${most} ${unit}`,
    words: [],
    read: (given) => {
      const value = typeof given === 'string' && given.trim() !== '' ? Number(given) : given;
      return typeof value === 'number' && value >= least && value <= most && (!whole || Number.isInteger(value)) ? value : undefined;
    },
    format: String,
  };
}

/** Names, in the file as a list; 'all' and 'none' stand for themselves. */
export function names(what: string, words: readonly string[]): SettingKind<readonly string[] | 'all'> {
  return {
    takes: `all, none, or ${what} as in ${words.slice(0, 2).join()}`,
    words: ['all', 'none', ...words],
    read: (given) => {
      if (given === 'all') return 'all';
      const list = given === 'none' ? [] : typeof given === 'string' ? given.split(',') : given;
      return Array.isArray(list) && list.every((name) => typeof name === 'string' && /^[\w-]+$/.test(name)) ? list as string[] : undefined;
    },
    format: (value) => (value === 'all' ? value : value.length === 0 ? 'none' : value.join()),
  };
}

/** Wherever qmon is started the next time. */
function fullPath(file: string): string {
  return resolve(file.startsWith('~/') ? `${homedir()}/${file.slice(2)}` : file);
}

/** The name of a file, which is kept as a full path; '' and 'off' are none. */
export const fileName: SettingKind<string> = {
  takes: 'a file name, or off',
  words: ['off'],
  read: (given) => (given === 'off' || given === '' || given === null ? '' : typeof given === 'string' && !given.includes('\0') ? fullPath(given) : undefined),
  format: (value) => (value === '' ? 'off' : value),
  write: (value) => (value === '' ? null : value),
};
