import { closed, gatesOf, movableParents, moveAll } from './append-node.ts';
import type { BlockNode } from './node.ts';

export interface Replacement {
  /** No request to this node is under way from before `first` until all is done. */
  readonly quiet: BlockNode;
  /** A parent that stays where it is. */
  readonly except: object;
  /** The last preparations, which must not send requests through the gate of `quiet`. */
  readonly first: () => Promise<void>;
}

/**
 * Lets the users of `from` go on with `to`; without `from`, only the preparations are done.
 * @throws what the preparations throw, and QapiError when a user cannot go on; nobody has moved then
 */
export async function replaceNode(from: BlockNode | undefined, to: BlockNode, { quiet, except, first }: Replacement): Promise<void> {
  const staying = new Set([except, to]);
  const work = async (): Promise<void> => {
    await first();
    if (from !== undefined) moveAll(movableParents(from, staying), from, to);
  };
  await closed(gatesOf([...quiet.parents].filter((parent) => !staying.has(parent))), () => quiet.drained(work));
}
