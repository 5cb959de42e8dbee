import { claimOnChild } from './node-claims.ts';
import { combine } from './permissions.ts';
import type { BlockNode } from './node.ts';

/** Claims the children of a node before its driver reads them, so that nobody else writes to them meanwhile. */
export class OpeningHold {
  readonly #held: BlockNode[] = [];

  /** @throws QapiError when a child cannot be shared; nothing is held then */
  constructor(node: Parameters<typeof claimOnChild>[0], children: ReadonlyMap<string, BlockNode>) {
    try {
      for (const [slot, child] of children) {
        child.attach(this, claimOnChild(node, { slot, child, parents: combine([]) }));
        this.#held.push(child);
      }
    } catch (error) {
      this.release();
      throw error;
    }
  }

  /** Lets go of the children that nobody has taken over. */
  release(): void {
    for (const child of this.#held.splice(0)) {
      if (!child.claims.has(this)) continue;
      child.detach(this);
      child.references--;
    }
  }
}
