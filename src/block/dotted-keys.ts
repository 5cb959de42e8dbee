import { QapiError } from '../qapi/qapi-error.ts';

type Tree = Record<string, unknown>;

/**
 * Turns flat keys ('file.driver') into nested objects, and numbered ones ('children.0') into lists; what is nested already stays.
 * @throws QapiError when a key is both
 */
export function nestDottedKeys(options: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const root = nest(options);
  return Object.fromEntries(Object.entries(root).map(([key, value]) => [key, withLists(value)]));
}

function nest(options: Readonly<Record<string, unknown>>): Tree {
  const root: Tree = Object.create(null) as Tree;
  for (const [key, value] of Object.entries(options)) {
    const words = key.split('.');
    const last = words.pop() as string;
    put(words.reduce((at, word) => enter(at, word, key), root), last, isTree(value) ? nest(value) : value);
  }
  return root;
}

function withLists(value: unknown): unknown {
  if (!isTree(value)) return value;
  const entries = Object.entries(value).map(([key, member]): [string, unknown] => [key, withLists(member)]);
  const isList = entries.length > 0 && entries.every((_, place) => String(place) in value);
  return isList ? entries.map(([, member]) => member) : Object.fromEntries(entries);
}

function enter(at: Tree, word: string, key: string): Tree {
  const inner = (at[word] ??= {});
  if (!isTree(inner)) throw new QapiError(`Parameters '${word}' and '${key}' used inconsistently`);
  return inner;
}

function put(at: Tree, word: string, value: unknown): void {
  const present = at[word];
  if (isTree(present) && isTree(value)) for (const [key, member] of Object.entries(value)) put(present, key, member);
  else if (present === undefined) at[word] = value;
  else throw new QapiError(`Parameters '${word}' and '${word}.*' used inconsistently`);
}

function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
