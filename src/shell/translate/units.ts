import type { HmpFacts } from '../../hmp/command-facts.ts';
import { scanSize } from '../../qapi/size-text.ts';
import { lineWords } from '../line-words.ts';
import type { Request } from '../run-key-values.ts';

/** The sizes of an HMP line in bytes, where they are written otherwise: '80 -> 83886080 B'. */
export function hmpUnits(line: string, commands: readonly HmpFacts[]): string[] {
  const words = lineWords(line);
  const command = commands.find(({ name, aliases }) => name === words[0]?.text || aliases.includes(words[0]?.text ?? ''));
  if (command === undefined) return [];
  const flags = command.slots.flatMap(({ flag }) => flag ?? []);
  const values = words.slice(1).filter(({ text, quote }) => quote !== undefined || !flags.includes(text));
  return command.slots.filter(({ flag }) => flag === undefined).flatMap(({ isSize }, index) => {
    const text = values[index]?.text;
    return isSize === true && text !== undefined ? resolved(text, 'M') : [];
  });
}

/** The sizes of a key=value line in bytes, where they have a suffix: 'speed 10M -> 10485760 B'. */
export function keyValueUnits(line: string, { args = {} }: Request): string[] {
  return lineWords(line).slice(1).flatMap(({ key = '', value = '' }) => {
    const meant = key.split('.').reduce<unknown>((at, step) => (at as Readonly<Record<string, unknown>> | undefined)?.[step], args);
    const isCount = typeof meant === 'number' || typeof meant === 'bigint';
    return isCount && /[a-z]/i.test(value) ? resolved(value, 'B').map((text) => `${key} ${text}`) : [];
  });
}

function resolved(text: string, unit: 'B' | 'M'): string[] {
  const size = scanSize(text, unit);
  if (size === undefined || size.length !== text.length || String(size.bytes) === text) return [];
  return [`${text} -> ${size.bytes} B`];
}
