import type { Members } from '../qapi/schema.ts';

const CHILDREN = new Set(['file', '*file', 'backing', '*backing', 'image', 'test', 'raw', 'children']);

/** The members of a driver's options that are not its children, which the graph opens and takes out. */
export function withoutChildren(members: Members): Members {
  return Object.fromEntries(Object.entries(members).filter(([name]) => !CHILDREN.has(name)));
}
