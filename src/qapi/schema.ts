/** A QAPI integer in JavaScript: a number while it is exact, a bigint beyond 2^53. */
export type Int = number | bigint;

/** What a string names, so that a prompt can complete it. */
export type Completes =
  | 'device' | 'node' | 'device-or-node' | 'qdev' | 'job' | 'file' | 'format' | 'backing-file' | 'bitmap' | 'snapshot'
  | 'command' | 'export' | 'snapshot-id' | 'object' | 'iothread' | 'throttle-group' | 'secret' | 'qom-path' | 'qom-property'
  | 'qom-type' | 'device-type' | 'device-property' | 'chardev' | 'machine-snapshot';

interface TypeBase<Value> {
  /** The name that introspection shows; lists and anonymous argument objects have none. */
  readonly name: string;
  readonly doc?: string;
  /** Never set: carries the TypeScript type. */
  readonly infer?: Value;
}

export type BuiltinName =
  | 'str' | 'bool' | 'number' | 'int' | 'int8' | 'int16' | 'int32' | 'int64'
  | 'uint8' | 'uint16' | 'uint32' | 'uint64' | 'size' | 'any' | 'null';

export interface Builtin<Value> extends TypeBase<Value> {
  readonly kind: 'builtin';
  readonly name: BuiltinName;
  readonly completes?: Completes;
}

export interface Enum<Value extends string = string> extends TypeBase<Value> {
  readonly kind: 'enum';
  readonly values: readonly Value[];
}

export interface List<Value> extends TypeBase<Value[]> {
  readonly kind: 'list';
  readonly of: Type<Value>;
}

/** Members by wire name; a leading `*` marks an optional one, as in QAPI's own notation. */
export type Members = Readonly<Record<string, Type<unknown>>>;

export interface Struct<Value> extends TypeBase<Value> {
  readonly kind: 'struct';
  readonly members: Members;
  /** Any further member is fine; what it may be is not for the schema to say. */
  readonly isOpen?: boolean;
}

/** One of several structs, chosen by the value of an enum member of the base. */
export interface Union<Value> extends TypeBase<Value> {
  readonly kind: 'union';
  readonly base: Members;
  readonly discriminator: string;
  readonly branches: Readonly<Record<string, Type<unknown>>>;
}

/** A value whose JSON type decides what it is. */
export interface Alternate<Value> extends TypeBase<Value> {
  readonly kind: 'alternate';
  readonly alternatives: Readonly<Record<string, Type<unknown>>>;
}

/** A reference to a type that is declared later or refers back to itself. */
export interface Lazy<Value> extends TypeBase<Value> {
  readonly kind: 'lazy';
  readonly resolve: () => Type<Value>;
}

export type Type<Value = unknown> =
  | Builtin<Value> | Enum<Value & string> | List<unknown> & TypeBase<Value> | Struct<Value> | Union<Value> | Alternate<Value> | Lazy<Value>;

/** The TypeScript type that a QAPI type describes. */
export type Infer<T> = T extends { readonly infer?: infer Value } ? Exclude<Value, undefined> : never;

type Flat<T> = { [K in keyof T]: T[K] };

/** The TypeScript object that members describe. */
export type InferMembers<M extends Members> = Flat<
  { [K in keyof M as K extends `*${string}` ? never : K]: Infer<M[K]> } &
  { [K in keyof M as K extends `*${infer Name}` ? Name : never]?: Infer<M[K]> | undefined }
>;

const builtin = <Value>(name: BuiltinName): Builtin<Value> => ({ kind: 'builtin', name });

export const str = builtin<string>('str');
export const bool = builtin<boolean>('bool');
export const number = builtin<number>('number');
export const int = builtin<Int>('int');
export const int32 = builtin<number>('int32');
export const uint8 = builtin<number>('uint8');
export const uint16 = builtin<number>('uint16');
export const uint32 = builtin<number>('uint32');
export const uint64 = builtin<Int>('uint64');
/** Bytes; on the wire an unsigned 64-bit integer. */
export const size = builtin<Int>('size');
export const any = builtin<unknown>('any');
export const nothing = builtin<null>('null');

/** A string that names something which a prompt can offer. */
export const naming = (completes: Completes): Builtin<string> => ({ ...str, completes });

export function enumeration<const Value extends string>(name: string, values: readonly Value[], doc?: string): Enum<Value> {
  return { kind: 'enum', name, values, doc };
}

export function list<T extends Type>(of: T): List<Infer<T>> {
  return { kind: 'list', name: '', of: of as Type<Infer<T>> };
}

export function struct<const M extends Members>(name: string, members: M, doc?: string): Struct<InferMembers<M>> {
  return { kind: 'struct', name, members, doc };
}

/** A struct that takes any further member, as the arguments of device_add. */
export function openStruct<const M extends Members>(name: string, members: M): Struct<InferMembers<M> & Record<string, unknown>> {
  return { kind: 'struct', name, members, isOpen: true };
}

/** A union; its value type is given by the caller, since branches may be added by other files. */
export function union<Value>(definition: Omit<Union<Value>, 'kind' | 'infer'>): Union<Value> {
  return { kind: 'union', ...definition };
}

export function alternate<Value>(name: string, alternatives: Readonly<Record<string, Type>>, doc?: string): Alternate<Value> {
  return { kind: 'alternate', name, alternatives, doc };
}

export function lazy<Value>(name: string, resolve: () => Type<Value>): Lazy<Value> {
  return { kind: 'lazy', name, resolve };
}

/** The same type with a line of help for the member that has it. */
export function described<T extends Type>(type: T, doc: string): T {
  return { ...type, doc };
}

/** A command as the wire knows it. Handlers are added where they live (`engine/define-command`). */
export interface CommandDeclaration<Arguments = unknown, Returns = unknown> {
  readonly name: string;
  /** One line of help, in our own words. */
  readonly doc: string;
  /** The QEMU version that brought the command. */
  readonly since: string;
  /** Argument members, or a named struct or union (QAPI's `boxed` or shared data). */
  readonly data: Struct<Arguments> | Union<Arguments>;
  /** Absent: the command returns the empty object. */
  readonly returns?: Type<Returns>;
}

/** An event as the wire knows it; `name` is the wire name (`BLOCK_JOB_READY`). */
export interface EventDeclaration<Data = unknown> {
  readonly name: string;
  readonly doc: string;
  readonly since: string;
  readonly data: Struct<Data>;
}
