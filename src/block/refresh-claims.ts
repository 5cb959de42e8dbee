import type { ClaimChange } from './claim-change.ts';
import type { BlockNode } from './node.ts';

/**
 * Works out anew what the nodes from `roots` down claim of their children, parents before children, and what follows for host files.
 * @throws QapiError when claims on a node, or its host file, do not allow it
 */
export function refreshClaims(roots: readonly BlockNode[], change: ClaimChange): void {
  // What is the same at a node is the same all the way down.
  const touched = new Set(roots);
  for (const node of parentsFirst(roots)) {
    if (touched.has(node)) for (const child of node.handDownClaims(change)) touched.add(child);
  }
}

/** QEMU's order: it decides which of several conflicts is told. */
function parentsFirst(roots: readonly BlockNode[]): BlockNode[] {
  const found = new Set<BlockNode>();
  const order: BlockNode[] = [];
  const visit = (node: BlockNode): void => {
    if (found.has(node)) return;
    found.add(node);
    for (const child of [...node.children.values()].reverse()) visit(child);
    order.push(node);
  };
  for (const root of roots) visit(root);
  return order.reverse();
}
