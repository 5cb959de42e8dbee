import type { ConsoleCommand } from '../console-command.ts';
import { lineWords } from '../line-words.ts';
import type { Place } from './place.ts';
import { nowhere } from './place.ts';
import { openWord, quoteWord } from './quote.ts';

/** What fits at the caret of one of qmon's own lines, behind its name; the arguments begin at `start`. */
export function consolePlace({ text, cursor, start }: { text: string; cursor: number; start: number }, command: ConsoleCommand): Place {
  const before = lineWords(text.slice(start, cursor));
  const last = before.at(-1);
  const isBegun = last !== undefined && start + last.to === cursor;
  const settled = (isBegun ? before.slice(0, -1) : before).map((word) => word.text);
  const argument = command.argument?.(settled);
  if (argument === undefined) return { ...nowhere(cursor), expects: command.argument === undefined || settled.length > 0 ? 'nothing more' : command.usage };
  const { expects, completes, words = [] } = argument;
  return {
    from: isBegun ? start + last.from : cursor, to: cursor, typed: isBegun ? last.text : '', expects,
    items: words.map((word) => ({ ...word, kind: word.value.startsWith('-') ? 'flag' : 'enum' })),
    ...(completes && { slot: { expects, completes } }),
    insert: (item) => (item.suffix === '' ? openWord(item.value, last?.quote) : `${quoteWord(item.value, isBegun ? last.quote : undefined)} `),
  };
}
