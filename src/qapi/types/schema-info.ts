import { any, bool, described, enumeration, list, str, struct, union } from '../schema.ts';
import type { Infer } from '../schema.ts';

export const jsonType = enumeration('JSONType', ['string', 'number', 'int', 'boolean', 'null', 'object', 'array', 'value']);

const schemaMetaType = enumeration('SchemaMetaType', ['builtin', 'enum', 'array', 'object', 'alternate', 'command', 'event']);

const type = described(str, 'name of another entry');

const features = { '*features': list(str) } as const;

const schemaInfoEnum = struct('SchemaInfoEnum', {
  members: list(struct('SchemaInfoEnumMember', { name: str, ...features })),
  values: described(list(str), 'the names again, for old clients'),
});

const schemaInfoObject = struct('SchemaInfoObject', {
  members: list(struct('SchemaInfoObjectMember', {
    name: str,
    type,
    '*default': described(any, 'null when the member is optional'),
    ...features,
  })),
  '*tag': described(str, 'member that chooses the variant'),
  '*variants': list(struct('SchemaInfoObjectVariant', { case: str, type })),
});

const schemaInfoCommand = struct('SchemaInfoCommand', {
  'arg-type': type,
  'ret-type': type,
  '*allow-oob': bool,
});

/** One entry of `query-qmp-schema`. Which members it has depends on `meta-type`. */
export interface SchemaInfo {
  readonly name: string;
  readonly 'meta-type': Infer<typeof schemaMetaType>;
  readonly features?: readonly string[];
  readonly 'json-type'?: Infer<typeof jsonType>;
  readonly values?: readonly string[];
  readonly members?: readonly { readonly name?: string; readonly type?: string; readonly default?: unknown }[];
  readonly 'element-type'?: string;
  readonly tag?: string;
  readonly variants?: readonly { readonly case: string; readonly type: string }[];
  readonly 'arg-type'?: string;
  readonly 'ret-type'?: string;
  readonly 'allow-oob'?: boolean;
}

export const schemaInfo = union<SchemaInfo>({
  name: 'SchemaInfo',
  doc: 'a command, an event or a type of the wire',
  base: { name: str, 'meta-type': schemaMetaType, ...features },
  discriminator: 'meta-type',
  branches: {
    builtin: struct('SchemaInfoBuiltin', { 'json-type': jsonType }),
    enum: schemaInfoEnum,
    array: struct('SchemaInfoArray', { 'element-type': type }),
    object: schemaInfoObject,
    alternate: struct('SchemaInfoAlternate', { members: list(struct('SchemaInfoAlternateMember', { type })) }),
    command: schemaInfoCommand,
    event: struct('SchemaInfoEvent', { 'arg-type': type }),
  },
});
