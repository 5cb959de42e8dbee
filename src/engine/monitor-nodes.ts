import type { BlockNode } from '../block/node.ts';

/** The nodes that clients made with blockdev-add: each holds one reference until it is deleted. */
export class MonitorNodes {
  readonly #nodes = new Set<BlockNode>();

  add(node: BlockNode): void {
    this.#nodes.add(node);
  }

  has(node: BlockNode): boolean {
    return this.#nodes.has(node);
  }

  /** Forgets the node; its reference passes to the caller, who releases it. */
  remove(node: BlockNode): void {
    this.#nodes.delete(node);
  }
}
