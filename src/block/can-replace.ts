import type { BlockNode } from './node.ts';

/**
 * Whether `node` may become something that shows what `top` shows, without anybody's data changing under their feet: it is `top`,
 * shows through filters, or is one of the copies of a quorum and nobody else's, which may be a broken one.
 */
export function canReplace(top: BlockNode, node: BlockNode): boolean {
  if (top === node) return true;
  if (top.driver.name === 'quorum') return [...top.children.values()].includes(node) && node.parents.size === 1;
  return top.filtered !== undefined && canReplace(top.filtered, node);
}
