import { struct } from './schema.ts';
import type { EventDeclaration, InferMembers, Members } from './schema.ts';

/** Makes the default export of a file in `events/`. `data` absent: the event carries none. */
export function defineEvent<const M extends Members>(definition: {
  readonly name: string;
  readonly doc: string;
  readonly since: string;
  readonly data?: M;
}): EventDeclaration<InferMembers<M>> {
  return { ...definition, data: struct('', definition.data ?? ({} as M)) };
}
