/** The last letter of a CSI or SS3 sequence, and the key it stands for. */
export const letterKeys: Readonly<Record<string, string>> = {
  A: 'up', B: 'down', C: 'right', D: 'left', E: 'clear', F: 'end', H: 'home',
  P: 'f1', Q: 'f2', R: 'f3', S: 'f4', Z: 'shift+tab', M: 'enter', j: '*', k: '+', m: '-', n: '.', o: '/',
};

/** rxvt's small letters: `ESC [ a` is shift+up, `ESC O a` is ctrl+up. */
export const rxvtArrows: Readonly<Record<string, string>> = { a: 'up', b: 'down', c: 'right', d: 'left' };

/** The number before a '~'. */
export const numberKeys: Readonly<Record<number, string>> = {
  1: 'home', 2: 'insert', 3: 'delete', 4: 'end', 5: 'pageup', 6: 'pagedown', 7: 'home', 8: 'end',
  11: 'f1', 12: 'f2', 13: 'f3', 14: 'f4', 15: 'f5', 17: 'f6', 18: 'f7', 19: 'f8', 20: 'f9', 21: 'f10', 23: 'f11', 24: 'f12',
};

const controlNames: Readonly<Record<number, string>> = {
  0x00: 'ctrl+space', 0x08: 'ctrl+h', 0x09: 'tab', 0x0a: 'ctrl+j', 0x0d: 'enter', 0x1b: 'escape',
  0x1c: 'ctrl+\\', 0x1d: 'ctrl+]', 0x1e: 'ctrl+^', 0x1f: 'ctrl+_', 0x7f: 'backspace',
};

/** The key of a control character: 0x01 is 'ctrl+a', 0x7f is 'backspace'. */
export function controlKey(code: number): string {
  return controlNames[code] ?? `ctrl+${String.fromCharCode(code + 0x60)}`;
}

/** Adds modifiers, given as xterm's parameter (1 + shift 1 + alt 2 + ctrl 4), to a key's name. */
export function withModifiers(name: string, parameter: number): string {
  const bits = parameter > 0 ? parameter - 1 : 0;
  const base = name.replace(/^shift\+/, '');
  const shift = (bits & 1) !== 0 || base !== name;
  return `${bits & 4 ? 'ctrl+' : ''}${bits & 2 ? 'alt+' : ''}${shift ? 'shift+' : ''}${base}`;
}

/** Adds alt to a key's name, in its place after ctrl. */
export function withAlt(name: string): string {
  if (/^(ctrl\+)?alt\+/.test(name)) return name;
  return name.startsWith('ctrl+') && name !== 'ctrl+' ? `ctrl+alt+${name.slice(5)}` : `alt+${name}`;
}

/** The key of a Unicode code point sent with modifiers (CSI u, modifyOtherKeys). */
export function codePointKey(code: number, parameter: number): string | undefined {
  const special: Readonly<Record<number, string>> = { 9: 'tab', 13: 'enter', 27: 'escape', 32: 'space', 127: 'backspace' };
  const isCharacter = code >= 0x20 && code <= 0x10ffff && !(code >= 0xe000 && code <= 0xf8ff);
  const base = special[code] ?? (isCharacter ? String.fromCodePoint(code) : undefined);
  return base === undefined ? undefined : withModifiers(base, parameter);
}
