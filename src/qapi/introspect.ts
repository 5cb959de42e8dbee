import { listMembers, resolve } from './members.ts';
import type { ResolvedType } from './members.ts';
import { struct } from './schema.ts';
import type { Alternate, BuiltinName, CommandDeclaration, Enum, EventDeclaration, Members, Struct, Type, Union } from './schema.ts';
import type { SchemaInfo } from './types/schema-info.ts';

/** The answer to `query-qmp-schema`: commands and events first, then the types they lead to, their names hidden as QEMU hides them. */
export function introspect(commands: Iterable<CommandDeclaration>, events: Iterable<EventDeclaration>): SchemaInfo[] {
  const types = new MaskedTypes();
  const empty = types.name(nothing);
  const entries: SchemaInfo[] = [];
  for (const { name, data, returns } of commands) {
    const result = returns === undefined ? empty : types.name(returns);
    entries.push({ name, 'meta-type': 'command', 'arg-type': types.name(data), 'ret-type': result });
  }
  for (const { name, data } of events) entries.push({ name, 'meta-type': 'event', 'arg-type': types.name(data) });
  return [...entries, ...types.describeAll()];
}

const nothing = struct('', {});

const jsonTypes: Readonly<Record<string, SchemaInfo['json-type']>> = {
  str: 'string', bool: 'boolean', number: 'number', any: 'value', null: 'null',
};

/** Every integer type looks the same on the wire. */
function builtinName(name: BuiltinName): string {
  return name in jsonTypes ? name : 'int';
}

/** Gives each type the number that stands for it and remembers what is still to be described. */
class MaskedTypes {
  readonly #names = new Map<unknown, string>();
  readonly #pending: { name: string; type: ResolvedType }[] = [];
  #next = 0;

  name(type: Type): string {
    const resolved = resolve(type);
    if (resolved.kind === 'list') return this.#list(resolved.of);
    if (resolved.kind === 'builtin') return this.#once(builtinName(resolved.name), resolved, () => builtinName(resolved.name));
    return this.#once(identity(resolved), resolved, () => String(this.#next++));
  }

  /** Describing a type may bring up more; the end is reached when all have been seen. */
  describeAll(): SchemaInfo[] {
    const entries: SchemaInfo[] = [];
    for (let pending = this.#pending.shift(); pending !== undefined; pending = this.#pending.shift()) {
      entries.push(this.#describe(pending.name, pending.type));
    }
    return entries;
  }

  #list(of: Type): string {
    const name = `[${this.name(of)}]`;
    return this.#once(name, { kind: 'list', name, of }, () => name);
  }

  #once(key: unknown, type: ResolvedType, makeName: () => string): string {
    let name = this.#names.get(key);
    if (name === undefined) {
      name = makeName();
      this.#names.set(key, name);
      this.#pending.push({ name, type });
    }
    return name;
  }

  #describe(name: string, type: ResolvedType): SchemaInfo {
    switch (type.kind) {
      case 'builtin': return { name, 'meta-type': 'builtin', 'json-type': jsonTypes[name] ?? 'int' };
      case 'list': return { name, 'meta-type': 'array', 'element-type': this.name(type.of) };
      case 'enum': return describeEnum(name, type);
      case 'alternate': return this.#alternate(name, type);
      case 'struct': return { name, 'meta-type': 'object', members: this.#members(type.members) };
      case 'union': return this.#union(name, type);
    }
  }

  #members(members: Members): NonNullable<SchemaInfo['members']> {
    return listMembers(members).map((member) => {
      const type = this.name(member.type);
      return member.optional ? { name: member.name, type, default: null } : { name: member.name, type };
    });
  }

  #union(name: string, type: Union<unknown>): SchemaInfo {
    const members = this.#members(type.base);
    const variants = Object.entries(type.branches).map(([value, branch]) => ({ case: value, type: this.name(branch) }));
    return { name, 'meta-type': 'object', members, tag: type.discriminator, variants };
  }

  #alternate(name: string, type: Alternate<unknown>): SchemaInfo {
    return { name, 'meta-type': 'alternate', members: Object.values(type.alternatives).map((one) => ({ type: this.name(one) })) };
  }
}

function describeEnum(name: string, type: Enum): SchemaInfo {
  return { name, 'meta-type': 'enum', members: type.values.map((value) => ({ name: value })), values: [...type.values] };
}

/** Types with a name are one type wherever they are met, copies with another doc included; nameless ones are what they are made of. */
function identity(type: Exclude<ResolvedType, { kind: 'list' | 'builtin' }>): unknown {
  if (type.name !== '') return `${type.kind} ${type.name}`;
  return type.kind === 'struct' ? nameless(type) : type;
}

function nameless(type: Struct<unknown>): unknown {
  return Object.keys(type.members).length === 0 ? 'no members' : type.members;
}
