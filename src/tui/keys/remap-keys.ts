import type { KeyBinding } from './key-bindings.ts';
import { bindingName, isCharacter, keyNamed } from './key-names.ts';

export interface Remapped {
  readonly bindings: readonly KeyBinding[];
  /** What of the config file does not count, a line each. */
  readonly problems: readonly string[];
}

/** Without these nobody gets anything done, or out. */
const essential = new Set(['submit', 'interrupt']);

/**
 * Gives rows the keys that the config file's `keys` says: `{'search-start': ['ctrl+f'], 'suspend': []}`.
 * A key that is given to a row is taken from those that had it by default.
 */
export function remapKeys(bindings: readonly KeyBinding[], given: unknown): Remapped {
  if (given === undefined) return { bindings, problems: [] };
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    return { bindings, problems: ["keys: this is an object such as { 'search-start': ['ctrl+r'] }"] };
  }
  const problems: string[] = [];
  const chosen = new Map<KeyBinding, readonly string[]>();
  for (const [name, written] of Object.entries(given)) {
    const row = bindings.find((binding) => bindingName(binding) === name);
    if (row === undefined) problems.push(`keys: there is no '${name}'; Alt-? lists the names`);
    else chosen.set(row, keysOf(name, { row, written, chosen }, problems));
  }
  const result = bindings.map((binding) => {
    const keys = chosen.get(binding) ?? binding.keys.filter((key) => !isTaken(key, binding, chosen));
    if (keys.length > 0 || !essential.has(bindingName(binding) ?? '')) return keys === binding.keys ? binding : { ...binding, keys };
    problems.push(`keys: '${bindingName(binding)}' needs a key and keeps ${binding.keys.join(', ')}`);
    return binding;
  });
  for (const [index, { keys }] of result.entries()) {
    const before = bindings[index]!;
    if (keys.length === 0 && before.keys.length > 0 && !chosen.has(before)) problems.push(`keys: '${bindingName(before)}' has no key any more: ${before.keys.join(', ')}`);
  }
  return { bindings: result, problems };
}

interface Choice {
  readonly row: KeyBinding;
  readonly written: unknown;
  readonly chosen: ReadonlyMap<KeyBinding, readonly string[]>;
}

/** The keys that are right; what is wrong is told. */
function keysOf(name: string, { row, written, chosen }: Choice, problems: string[]): readonly string[] {
  const list: readonly unknown[] = Array.isArray(written) ? written : [written];
  return list.flatMap((one) => {
    const key = typeof one === 'string' ? keyNamed(one) : undefined;
    const problem = key === undefined ? `${JSON.stringify(one)} is no key`
      : isCharacter(key) && row.when !== 'panel' && row.when !== 'timeline' ? `'${key}' types itself here` : clash(key, row, chosen);
    if (problem !== undefined) problems.push(`keys: ${name}: ${problem}`);
    return key === undefined || problem !== undefined ? [] : [key];
  });
}

function clash(key: string, row: KeyBinding, chosen: ReadonlyMap<KeyBinding, readonly string[]>): string | undefined {
  for (const [other, keys] of chosen) {
    if (other !== row && keys.includes(key) && meet(row, other)) return `'${key}' is given to '${bindingName(other)}' already`;
  }
  return undefined;
}

/** Whether somebody else was given a key that this row had by default. */
function isTaken(key: string, row: KeyBinding, chosen: ReadonlyMap<KeyBinding, readonly string[]>): boolean {
  return [...chosen].some(([other, keys]) => other !== row && keys.includes(key) && meet(row, other));
}

/** Whether two rows stand in each other's way: at the same place, or at the prompt, whose keys come before those of anywhere. */
function meet(one: KeyBinding, other: KeyBinding): boolean {
  if ([one.when, other.when].sort().join() === 'anywhere,line') return true;
  return one.when === other.when && (one.panel === undefined || other.panel === undefined || one.panel === other.panel);
}
