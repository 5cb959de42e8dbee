import type { Item } from './item.ts';
import type { Slot } from './slot.ts';

/** What is wanted where the caret is, worked out from the line alone. */
export interface Place {
  /** What a candidate replaces. */
  readonly from: number;
  readonly to: number;
  /** What was typed of it, without quotes. */
  readonly typed: string;
  /** Live names that fit here. */
  readonly slot?: Slot;
  /** Fixed offers: command names, keys, flags. */
  readonly items?: readonly Item[];
  readonly expects?: string;
  /** Turns a value into what the language needs there: quotes, a key before it, what follows it. */
  insert(item: Item): string;
}

/** Where nothing can be offered. */
export function nowhere(cursor: number): Place {
  return { from: cursor, to: cursor, typed: '', insert: (item) => item.value };
}
