import type { Type } from '../../qapi/schema.ts';
import { elementType, memberType } from './members.ts';

/** Walks dotted steps down from the arguments; a number steps into a list. `given` are the values that choose branches of unions. */
export function typeAt(from: Type, steps: readonly (string | number)[], given: ReadonlyMap<string, string>): Type | undefined {
  let type: Type | undefined = from;
  for (const [depth, step] of steps.entries()) {
    if (type === undefined) return undefined;
    const above = steps.slice(0, depth);
    const isIndex = typeof step === 'number' || /^\d+$/.test(step);
    type = isIndex ? elementType(type) : memberType(type, step, (name) => given.get([...above, name].join('.')));
  }
  return type;
}
