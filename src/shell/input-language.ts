import { lineWords } from './line-words.ts';

/** What a line is written in. */
export type InputLanguage = 'json' | 'qmp' | 'hmp';

/** Which names exist: of QMP commands (the far end's and our vocabulary's), and of HMP commands. */
export interface KnownNames {
  isQmp(name: string): boolean;
  isHmp(name: string): boolean;
}

/** Whether a line is a raw message: JSON or JSON5. */
export function isJsonLine(line: string): boolean {
  return /^\s*[{[]/.test(line);
}

/**
 * The QMP name when the line is one beyond doubt, so that it can go straight out: one word with dashes
 * (HMP writes underscores, except in `qemu-io`, which needs arguments).
 */
export function plainQmpName(line: string): string | undefined {
  const name = line.trim();
  return /^[a-z][a-z0-9]*(-[a-z0-9]+)+$/.test(name) && name !== 'qemu-io' ? name : undefined;
}

/**
 * Tells which language a line is in. A name that both languages have (`quit`, `eject`, `device_add`) is HMP
 * unless its arguments are `key=value`; a name that neither has is QMP when it is written like one. A QMP name without
 * dashes (`migrate`) with other arguments is HMP too, for the far end's human monitor may have it.
 */
export function inputLanguage(line: string, names: KnownNames): InputLanguage {
  if (isJsonLine(line)) return 'json';
  const [first, ...rest] = lineWords(line);
  if (first === undefined) return 'hmp';
  const isQmp = names.isQmp(first.text);
  const isKeyed = rest.length > 0 && rest.every((word) => isArgument(word.key, word.value));
  if (names.isHmp(first.text)) return isQmp && isKeyed ? 'qmp' : 'hmp';
  if (first.text.includes('-')) return 'qmp';
  return isQmp && (isKeyed || rest.length === 0) ? 'qmp' : 'hmp';
}

/** `drive=x,id=y` is an option string of HMP's device_add; QMP members have no commas and their values no further `key=`. */
function isArgument(key: string | undefined, value: string | undefined): boolean {
  if (key === undefined || value === undefined || !/^[\w.-]+$/.test(key)) return false;
  return /^[{[]/.test(value) || !/,[\w.-]+=/.test(value);
}
