import { listMembers, resolve } from './members.ts';
import type { ResolvedType } from './members.ts';
import type { CommandDeclaration, Members, Struct, Type, Union } from './schema.ts';

/**
 * A far end's command with what our own declaration of it says besides: docs, and what strings name. What the far end takes is
 * for the far end to say; members and types that only one of the two has are left as they are.
 */
export function annotateCommand(far: CommandDeclaration, own: CommandDeclaration | undefined): CommandDeclaration {
  if (own === undefined) return far;
  let data: Struct<unknown> | Union<unknown> | undefined;
  return {
    name: far.name, doc: own.doc, since: own.since, ...(far.returns && { returns: far.returns }),
    get data() { return (data ??= annotateResolved(far.data, own.data) as Struct<unknown> | Union<unknown>); },
  };
}

/** Made when it is asked for, and once: types refer back to themselves. */
function annotate(far: Type, own: Type | undefined): Type {
  if (own === undefined) return far;
  let made: ResolvedType | undefined;
  const doc = own.doc ?? far.doc;
  return { kind: 'lazy', name: far.name, ...(doc !== undefined && { doc }), resolve: () => (made ??= annotateResolved(resolve(far), resolve(own))) };
}

function annotateResolved(far: ResolvedType, own: ResolvedType): ResolvedType {
  switch (far.kind) {
    case 'builtin': return own.kind === 'builtin' && own.completes !== undefined ? { ...far, completes: own.completes } : far;
    case 'enum': return far;
    case 'list': return own.kind === 'list' ? { ...far, of: annotate(far.of, own.of) } : far;
    case 'struct': return { ...far, members: annotateMembers(far.members, own), ...(own.kind === 'struct' && own.isOpen && { isOpen: true }) };
    case 'union': return annotateUnion(far, own);
    case 'alternate': {
      const others = own.kind === 'alternate' ? Object.values(own.alternatives) : [own];
      const alternatives = Object.entries(far.alternatives).map(([name, one]) => [name, annotate(one, others.find((other) => isAlike(one, other)))]);
      return { ...far, alternatives: Object.fromEntries(alternatives) as typeof far.alternatives };
    }
  }
}

function annotateUnion(far: Union<unknown>, own: ResolvedType): Union<unknown> {
  const branches = own.kind === 'union' ? own.branches : {};
  return {
    ...far,
    base: annotateMembers(far.base, own),
    branches: Object.fromEntries(Object.entries(far.branches).map(([tag, branch]) => [tag, annotate(branch, branches[tag])])),
  };
}

function annotateMembers(members: Members, own: ResolvedType): Members {
  const known = own.kind === 'struct' ? own.members : own.kind === 'union' ? own.base : {};
  const types = new Map(listMembers(known).map(({ name, type }) => [name, type]));
  return Object.fromEntries(Object.entries(members).map(([key, type]) => [key, annotate(type, types.get(key.replace(/^\*/, '')))]));
}

function isAlike(far: Type, own: Type): boolean {
  const [one, other] = [resolve(far), resolve(own)];
  const isGroup = (type: ResolvedType) => type.kind === 'struct' || type.kind === 'union';
  return (isGroup(one) && isGroup(other)) || (one.kind === other.kind && (one.kind !== 'builtin' || one.name === other.name));
}
