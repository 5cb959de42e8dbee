import { listMembers, resolve } from '../../qapi/members.ts';
import type { Member } from '../../qapi/members.ts';
import { str } from '../../qapi/schema.ts';
import type { Type } from '../../qapi/schema.ts';

/** Looks up a member that was given already, by its wire name. */
export type Given = (name: string) => unknown;

const nothingGiven: Given = () => undefined;

/**
 * The members that an object of this type can have, in declared order; with a union the base's and, once its
 * discriminator is given, those of the branch. An alternate has the members of its object alternatives.
 */
export function objectMembers(type: Type, given: Given = nothingGiven): Member[] {
  const known = resolve(type);
  switch (known.kind) {
    case 'struct': return [...listMembers(known.members)];
    case 'union': {
      const chosen = given(known.discriminator);
      const branch = typeof chosen === 'string' ? known.branches[chosen] : undefined;
      return [...listMembers(known.base), ...(branch === undefined ? [] : objectMembers(branch, given))];
    }
    case 'alternate': return Object.values(known.alternatives).flatMap((one) => objectMembers(one, given));
    default: return [];
  }
}

/** The type of a member's value, when the object can have it. */
export function memberType(type: Type, name: string, given?: Given): Type | undefined {
  const found = objectMembers(type, given).find((member) => member.name === name)?.type;
  return found ?? (isOpen(type) && name !== '' ? str : undefined);
}

/** Whether members that the schema does not name are fine. */
export function isOpen(type: Type): boolean {
  const known = resolve(type);
  return known.kind === 'struct' && known.isOpen === true;
}

/** The type of a list's elements; an alternate may have a list among its alternatives. */
export function elementType(type: Type): Type | undefined {
  const known = resolve(type);
  if (known.kind === 'list') return known.of;
  if (known.kind !== 'alternate') return undefined;
  return Object.values(known.alternatives).map(elementType).find((one) => one !== undefined);
}

export type Shape = 'object' | 'list' | 'scalar';

/** Whether values of the type are objects, lists or scalars; an alternate can be several. */
export function shapesOf(type: Type): Set<Shape> {
  const known = resolve(type);
  if (known.kind === 'alternate') return new Set(Object.values(known.alternatives).flatMap((one) => [...shapesOf(one)]));
  if (known.kind === 'struct' || known.kind === 'union') return new Set(['object']);
  return new Set([known.kind === 'list' ? 'list' : 'scalar']);
}

/** What a member takes, in a few words: 'required, size: limit in bytes per second'. */
export function memberWords({ optional, type }: Member): string {
  const words = `${optional ? '' : 'required, '}${typeWords(type)}`;
  return type.doc === undefined ? words : `${words}: ${type.doc}`;
}

/** The type in a few words: 'string', 'size', 'bool', 'on|off|auto', 'list of ...', 'object'. */
export function typeWords(type: Type): string {
  const known = resolve(type);
  switch (known.kind) {
    case 'builtin': return known.name === 'str' ? known.completes?.replaceAll('-', ' ') ?? 'string' : known.name;
    case 'enum': return known.values.length <= 4 ? known.values.join('|') : 'one of a few words';
    case 'list': return `list of ${typeWords(known.of)}`;
    case 'alternate': return [...new Set(Object.values(known.alternatives).map(typeWords))].join(' or ');
    default: return 'object';
  }
}
