import fuzzysort from 'fuzzysort';
import type { Item } from './item.ts';

/** More than this no popup shows. */
const limit = 200;
/** Low, for names with dashes score low when the letters are spread over their words ('blkstream'). */
const threshold = 0.2;

/**
 * The items that match what was typed, best first: those that begin with it (smaller `order` first, then as they came),
 * then those that hold it as a subsequence by fuzzysort's score. Nothing typed: all, in order.
 */
export function rank<T extends Item>(items: readonly T[], typed: string): T[] {
  const lower = typed.toLowerCase();
  const prefixed: T[] = [];
  const others: T[] = [];
  for (const item of items) (matched(item).toLowerCase().startsWith(lower) ? prefixed : others).push(item);
  prefixed.sort((one, other) => exactness(one, typed) - exactness(other, typed) || (one.order ?? 0) - (other.order ?? 0));
  const room = limit - prefixed.length;
  if (room <= 0 || typed === '') return prefixed.slice(0, limit);
  return [...prefixed, ...fuzzysort.go(lower, others, { key: matched, limit: room, threshold }).map(({ obj }) => obj)];
}

/** The same capitals before other ones; the whole word before longer ones. */
function exactness(item: Item, typed: string): number {
  if (typed === '') return 0;
  return matched(item) === typed ? 0 : matched(item).startsWith(typed) ? 1 : 2;
}

function matched(item: Item): string {
  return item.match ?? item.value;
}
