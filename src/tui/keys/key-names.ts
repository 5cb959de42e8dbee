import type { KeyBinding } from './key-bindings.ts';
import { letterKeys, numberKeys } from './key-tables.ts';

/** What a row is called in the config file: by what it does, and where, unless that is the prompt; undefined when its key is fixed. */
export function bindingName({ name, when, panel, keys, action }: KeyBinding): string | undefined {
  if (name !== undefined) return name;
  // A character types itself at the prompt; there it is no key that could be another one.
  if (when === 'line' && keys.every(isCharacter)) return undefined;
  const deed = 'perform' in action ? undefined : 'effect' in action ? action.effect : deedOf(action);
  if (deed === undefined) return `${panel ?? when}-${keys[0] ?? ''}`;
  return when === 'line' || when === 'anywhere' || deed.startsWith(when) ? deed : `${when}-${deed}`;
}

const words = new Map<unknown, string>([[1, 'next'], [-1, 'previous'], [true, 'keep'], [false, 'drop'], ['\b', 'erase']]);

function deedOf({ type, ...rest }: { readonly type: string }): string {
  const details = Object.values(rest).filter((value) => typeof value !== 'object' && value !== undefined);
  return [type, ...details.map((value) => words.get(value) ?? String(value))].join('-');
}

/** Whether a key's name is the character that it types. */
export function isCharacter(key: string): boolean {
  return [...key].length === 1;
}

const spellings: Readonly<Record<string, string>> = {
  return: 'enter', esc: 'escape', del: 'delete', ins: 'insert', pgup: 'pageup', pgdn: 'pagedown', pgdown: 'pagedown', bs: 'backspace', spacebar: ' ', space: ' ',
};
const modifiers: Readonly<Record<string, 'ctrl' | 'alt' | 'shift'>> = {
  c: 'ctrl', ctrl: 'ctrl', control: 'ctrl', '^': 'ctrl', a: 'alt', m: 'alt', alt: 'alt', meta: 'alt', option: 'alt', s: 'shift', shift: 'shift',
};
const known = new Set([...Object.values(letterKeys), ...Object.values(numberKeys), 'enter', 'tab', 'backspace', 'escape']);
/** Terminals send the same for both. */
const same: Readonly<Record<string, string>> = { 'ctrl+i': 'tab', 'ctrl+m': 'enter', 'ctrl+[': 'escape', 'ctrl+ ': 'ctrl+space', 'ctrl+/': 'ctrl+_' };

/** The name that a key event has, however people write it: 'C-x', 'Ctrl-X', 'ctrl+x', '^X', 'PgUp'; undefined when there is no such key. */
export function keyNamed(written: string): string | undefined {
  const found = new Set<string>();
  let rest = written;
  for (let part = /^(?:(\^)|([a-z]+)[-+])(?=.)/i.exec(rest); part !== null; part = /^(?:(\^)|([a-z]+)[-+])(?=.)/i.exec(rest)) {
    const modifier = modifiers[(part[1] ?? part[2] ?? '').toLowerCase()];
    if (modifier === undefined) return undefined;
    found.add(modifier);
    rest = rest.slice(part[0].length);
  }
  const isPlain = found.size === 0;
  const base = isCharacter(rest) ? (isPlain ? rest : rest.toLowerCase()) : spellings[rest.toLowerCase()] ?? rest.toLowerCase();
  if (!isCharacter(base) && !known.has(base)) return undefined;
  // A shifted character is another character.
  if (isCharacter(base) && found.has('shift')) return undefined;
  const key = ['ctrl', 'alt', 'shift'].filter((modifier) => found.has(modifier as 'ctrl')).map((modifier) => `${modifier}+`).join('') + base;
  return same[key] ?? key;
}
