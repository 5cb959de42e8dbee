import type { BlockNode } from './node.ts';

/** The node whose image keeps a node's internal snapshots: its own, or that of the file below when nothing else is below. */
export function snapshotHolder(node: BlockNode): BlockNode | undefined {
  if (node.image.createSnapshot !== undefined) return node;
  const [only, ...others] = node.children.values();
  return only === undefined || only !== node.file || others.length > 0 ? undefined : snapshotHolder(only);
}
