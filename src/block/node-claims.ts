import { hostFileKey } from './file-locks.ts';
import { accessToChild, checkClaims, combine } from './permissions.ts';
import type { FileLocks } from './file-locks.ts';
import type { BlockNode } from './node.ts';
import type { Claim } from './permissions.ts';

/** What the parents of one node claim of it, and what follows for its children and for its host file. */
export class NodeClaims {
  readonly held = new Map<object, Claim>();
  readonly #node: BlockNode;
  readonly #locks: FileLocks | undefined;
  readonly #file: string | undefined;

  constructor(node: BlockNode, locks: FileLocks | undefined) {
    this.#node = node;
    this.#locks = locks;
    this.#file = node.image.descriptor === undefined ? undefined : hostFileKey(node.image.descriptor);
  }

  /** @throws QapiError when the claim conflicts here or further down; nothing has changed then */
  set(parent: object, claim: Claim): void {
    const others = [...this.held].filter(([other]) => other !== parent).map(([, held]) => held);
    checkClaims(this.#node, others, claim);
    const former = this.held.get(parent);
    this.held.set(parent, claim);
    try {
      this.refresh();
    } catch (error) {
      if (former === undefined) this.held.delete(parent);
      else this.held.set(parent, former);
      this.refresh();
      throw error;
    }
  }

  delete(parent: object): void {
    if (this.held.delete(parent)) this.refresh();
  }

  /** Hands the sum of the claims down. @throws QapiError when a child or the host file does not allow it */
  refresh(): void {
    if (this.#file !== undefined) this.#locks?.update(this, this.#file, combine(this.held.values()));
    for (const [slot, child] of this.#node.children) child.reclaim(this.#node, this.forChild(slot));
  }

  /** What this node claims of a child. */
  forChild(slot: string): Claim {
    const { name, readOnly, driver } = this.#node;
    const access = accessToChild({
      slot, readOnly, passesThrough: driver.passesThrough === true, parents: combine(this.held.values()),
    });
    return { ...access, user: `node '${name}'`, role: slot };
  }

  unlock(): void {
    if (this.#file !== undefined) this.#locks?.release(this, this.#file);
  }
}
