import { alternate, enumeration, lazy, list, struct, union } from './schema.ts';
import type { Builtin, BuiltinName, CommandDeclaration, EventDeclaration, Members, Struct, Type, Union } from './schema.ts';
import type { SchemaInfo } from './types/schema-info.ts';

/** What a far end can do, in the shapes of our own vocabulary. */
export interface FarSchema {
  readonly commands: ReadonlyMap<string, CommandDeclaration>;
  readonly events: ReadonlyMap<string, EventDeclaration>;
}

/**
 * Reads any engine's answer to `query-qmp-schema`. Types are made when they are first asked for;
 * their names are the far end's masks, and docs and completion facts are not in there.
 */
export function readSchema(entries: readonly SchemaInfo[]): Map<string, CommandDeclaration> {
  return new Map(readFarSchema(entries).commands);
}

/** As readSchema, with the events. */
export function readFarSchema(entries: readonly SchemaInfo[]): FarSchema {
  const types = new FarTypes(entries);
  const named = entries.filter((entry) => entry['meta-type'] === 'command' || entry['meta-type'] === 'event');
  const pick = (kind: string) => named.filter((entry) => entry['meta-type'] === kind);
  return {
    commands: new Map(pick('command').map((entry) => [entry.name, types.command(entry)])),
    events: new Map(pick('event').map((entry) => [entry.name, types.event(entry)])),
  };
}

const builtinNames: Readonly<Record<string, BuiltinName>> = {
  string: 'str', number: 'number', int: 'int', boolean: 'bool', null: 'null', object: 'any', array: 'any', value: 'any',
};

class FarTypes {
  readonly #entries: ReadonlyMap<string, SchemaInfo>;
  readonly #types = new Map<string, Type>();

  constructor(entries: readonly SchemaInfo[]) {
    this.#entries = new Map(entries.map((entry) => [entry.name, entry]));
  }

  command(entry: SchemaInfo): CommandDeclaration {
    const data = () => this.#object(entry['arg-type']);
    const returns = this.#reference(entry['ret-type'] ?? '');
    return {
      name: entry.name,
      doc: '',
      since: '',
      get data() { return data(); },
      returns,
    };
  }

  event(entry: SchemaInfo): EventDeclaration {
    const data = () => this.#object(entry['arg-type']) as Struct<unknown>;
    return {
      name: entry.name,
      doc: '',
      since: '',
      get data() { return data(); },
    };
  }

  #object(name: string | undefined): Struct<unknown> | Union<unknown> {
    const type = this.#type(name ?? '');
    return type.kind === 'struct' || type.kind === 'union' ? type : struct(name ?? '', {});
  }

  #reference(name: string): Type {
    return lazy(name, () => this.#type(name));
  }

  #type(name: string): Type {
    let type = this.#types.get(name);
    if (type === undefined) {
      type = this.#make(this.#entries.get(name));
      this.#types.set(name, type);
    }
    return type;
  }

  #make(entry: SchemaInfo | undefined): Type {
    switch (entry?.['meta-type']) {
      case 'enum': return enumeration(entry.name, entry.values ?? (entry.members ?? []).map((member) => member.name ?? ''));
      case 'array': return list(this.#reference(entry['element-type'] ?? ''));
      case 'object': return this.#makeObject(entry);
      case 'alternate': return alternate(entry.name, this.#alternatives(entry));
      default: return { kind: 'builtin', name: builtinNames[entry?.['json-type'] ?? 'value'] ?? 'any' } satisfies Builtin<unknown>;
    }
  }

  #makeObject(entry: SchemaInfo): Type {
    const members = this.#members(entry);
    if (entry.tag === undefined) return struct(entry.name, members);
    const branches = Object.fromEntries((entry.variants ?? []).map((variant) => [variant.case, this.#reference(variant.type)]));
    return union({ name: entry.name, base: members, discriminator: entry.tag, branches });
  }

  #members(entry: SchemaInfo): Members {
    return Object.fromEntries((entry.members ?? []).map((member) => [
      'default' in member ? `*${member.name}` : `${member.name}`,
      this.#reference(member.type ?? ''),
    ]));
  }

  #alternatives(entry: SchemaInfo): Record<string, Type> {
    return Object.fromEntries((entry.members ?? []).map((member, index) => [String(index), this.#reference(member.type ?? '')]));
  }
}
