import type { Lazy, Members, Struct, Type, Union } from './schema.ts';

/** A member of a struct or of a union's base, ready to be walked. */
export interface Member {
  readonly name: string;
  readonly optional: boolean;
  readonly type: Type;
}

/** A type that is not a reference. */
export type ResolvedType = Exclude<Type, Lazy<unknown>>;

/** Follows references. */
export function resolve(type: Type): ResolvedType {
  let resolved = type;
  while (resolved.kind === 'lazy') resolved = resolved.resolve();
  return resolved;
}

const known = new WeakMap<Members, readonly Member[]>();

/** The members with the optional mark taken off their names, in the order of their declaration. */
export function listMembers(members: Members): readonly Member[] {
  let listed = known.get(members);
  if (listed === undefined) {
    listed = Object.entries(members).map(([key, type]) => {
      const optional = key.startsWith('*');
      return { name: optional ? key.slice(1) : key, optional, type };
    });
    known.set(members, listed);
  }
  return listed;
}

/** The struct or union that a value of this tag has beside the union's base; undefined when there is no such branch. */
export function findBranch(type: Union<unknown>, tag: unknown): Struct<unknown> | Union<unknown> | undefined {
  if (typeof tag !== 'string' || !Object.hasOwn(type.branches, tag)) return undefined;
  const branch = resolve(type.branches[tag] as Type);
  return branch.kind === 'struct' || branch.kind === 'union' ? branch : undefined;
}

/** All members that an object of this type may have, given what it says already: a union's base and its chosen branch. */
export function membersOf(type: Struct<unknown> | Union<unknown>, value: Readonly<Record<string, unknown>> = {}): readonly Member[] {
  if (type.kind === 'struct') return listMembers(type.members);
  const branch = findBranch(type, value[type.discriminator]);
  return branch === undefined ? listMembers(type.base) : [...listMembers(type.base), ...membersOf(branch, value)];
}
