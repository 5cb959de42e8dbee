import type { BlockNode } from './node.ts';
import { combine } from './permissions.ts';

/** Makes a node read-only that now lies below others, unless somebody still writes to it or its driver cannot do that. */
export async function closeToWriters(node: BlockNode): Promise<void> {
  if (node.driver.reopens !== undefined && !combine(node.claims.values()).needs.includes('write')) await node.setReadOnly(true);
}
