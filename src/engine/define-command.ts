import { struct } from '../qapi/schema.ts';
import type { CommandDeclaration, Infer, InferMembers, Members, Struct, Type, Union } from '../qapi/schema.ts';
import type { Engine } from './engine.ts';

/** A QMP command: its declaration and, where this engine carries it out, its handler. */
export interface Command extends CommandDeclaration {
  /**
   * Arguments are checked already; throws QapiError or IoError. The reply is the caller's to keep and to change: it shares
   * nothing with the engine, and what is undefined in it is absent. Nothing returned means the empty object.
   */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- the registry holds commands of every argument type
  readonly run?: (args: any, engine: Engine) => unknown;
  /** Needs no machine: runs at once, before images are opened and beside other commands. QAPI's `allow-preconfig`. */
  readonly preconfig?: boolean;
  /** Turns an older argument shape into the declared one, before the check. */
  readonly normalize?: (args: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>;
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- matches a struct or union of any value
type Arguments = Members | Struct<any> | Union<any>;
type ArgumentsOf<D extends Arguments> = D extends { readonly kind: 'struct' | 'union' } ? Infer<D> : D extends Members ? InferMembers<D> : never;

export interface CommandDefinition<D extends Arguments, R> {
  /** The wire name; the file's name too. */
  readonly name: string;
  /** One line of help. */
  readonly doc: string;
  /** The QEMU version that brought the command. */
  readonly since: string;
  /** Members of an anonymous argument object, or a named struct or union. Absent: no arguments. */
  readonly data?: D;
  readonly returns?: Type<R>;
  /** Absent: the command is declared only, is not in query-commands and answers CommandNotFound. */
  readonly run?: (args: ArgumentsOf<D>, engine: Engine) => NoInfer<R> | Promise<NoInfer<R>>;
  readonly preconfig?: boolean;
  readonly normalize?: Command['normalize'];
}

/** Makes the default export of a file in `commands/`. */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type -- no members: a command without arguments
export function defineCommand<const D extends Arguments = {}, R = void>(definition: CommandDefinition<D, R>): Command {
  return { ...definition, data: isType(definition.data) ? definition.data : struct('', definition.data ?? {}) };
}

function isType(data: Arguments | undefined): data is Struct<unknown> | Union<unknown> {
  return data !== undefined && typeof data['kind' as keyof typeof data] === 'string';
}
