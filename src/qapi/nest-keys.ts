/** A `key=value` that cannot be understood; the message names the key. */
export class KeyValueError extends Error {
  readonly key: string;

  constructor(key: string, message: string) {
    super(message);
    this.name = 'KeyValueError';
    this.key = key;
  }
}

type Tree = Map<string, unknown>;

const fragment = /^(?:[A-Za-z_][A-Za-z0-9_-]*|\d+)$/;

/**
 * Turns dotted keys into nested objects: `file.driver=file` becomes `{file: {driver: 'file'}}`, and keys that are all
 * numbers become a list. The last value of a repeated key counts. Values are kept as they are.
 * @throws KeyValueError for a malformed key, a key used both as a value and as a group, or a list with holes
 */
export function nestKeys(pairs: Iterable<readonly [key: string, value: unknown]>): Record<string, unknown> {
  const root: Tree = new Map();
  for (const [key, value] of pairs) insert(root, key, value);
  return Object.fromEntries([...root].map(([name, value]) => [name, settle(value, name)]));
}

function insert(root: Tree, key: string, value: unknown): void {
  const parts = key.split('.');
  for (const part of parts) if (!fragment.test(part)) throw new KeyValueError(key, `'${key}' is not a valid key`);
  let tree = root;
  parts.forEach((part, depth) => {
    const here = parts.slice(0, depth + 1).join('.');
    const isLast = depth === parts.length - 1;
    const old = tree.get(part);
    if (old !== undefined && old instanceof Map === isLast) throw mixed(here);
    if (isLast) tree.set(part, value);
    else tree = descend(tree, part);
  });
}

function descend(tree: Tree, part: string): Tree {
  const next = (tree.get(part) ?? new Map()) as Tree;
  tree.set(part, next);
  return next;
}

function mixed(key: string): KeyValueError {
  return new KeyValueError(key, `'${key}' is given both as a value and as a group (${key}.*)`);
}

function settle(value: unknown, path: string): unknown {
  if (!(value instanceof Map)) return value;
  const tree = value as Tree;
  const names = [...tree.keys()];
  const numbers = names.filter((name) => /^\d+$/.test(name));
  if (numbers.length === 0) return Object.fromEntries(names.map((name) => [name, settle(tree.get(name), `${path}.${name}`)]));
  if (numbers.length !== names.length) throw new KeyValueError(path, `'${path}' mixes list positions and names`);
  return names.map((_, index) => {
    if (!tree.has(String(index))) throw new KeyValueError(`${path}.${index}`, `'${path}.${index}' is missing: lists count from 0 without holes`);
    return settle(tree.get(String(index)), `${path}.${index}`);
  });
}
