import { fileName, names, numberFrom, oneOf, toggle } from './setting-kinds.ts';
import type { SettingKind } from './setting-kinds.ts';

/** One setting: `set`, the config file, help and completion are made from these rows. */
export interface SettingRow<Value> {
  readonly doc: string;
  readonly kind: SettingKind<Value>;
  readonly default: Value;
}

const row = <Value>(doc: string, kind: SettingKind<Value>, otherwise: Value): SettingRow<Value> => ({ doc, kind, default: otherwise });

/** Every setting there is, by its name. */
export const settingRows = {
  compat: row("the human monitor prints QEMU's own texts (--hmp-compat)", toggle, false),
  confirm: row('ask before what loses data, a device or the machine (--yes)', toggle, true),
  'history-size': row('how many lines are remembered between runs', numberFrom(0, 100_000, { unit: 'lines', whole: true }), 5000),
  log: row('append all traffic to this file, secrets left out (--log)', fileName, ''),
  panels: row('the panels on screen', names('panels', ['blocks', 'stats', 'jobs', 'events', 'wire']), ['blocks', 'stats', 'jobs']),
  'poll-interval': row('how often panels read the far end when nothing happens', numberFrom(0.25, 3600, { unit: 'seconds' }), 1),
  theme: row('colours for a dark or light background, none, or as the terminal tells (--theme)', oneOf('auto', 'dark', 'light', 'mono'), 'auto'),
};

export type SettingName = keyof typeof settingRows;
export type SettingValue<Name extends SettingName> = (typeof settingRows)[Name] extends SettingRow<infer Value> ? Value : never;

/** @returns whether a setting has that name */
export function isSettingName(name: string): name is SettingName {
  return Object.hasOwn(settingRows, name);
}
