import type { BlockNode } from './node.ts';

const LEAST = 4096;
const MOST = 65536;

/** How many bytes one bit of a dirty bitmap stands for unless somebody says: the image's cluster, within bounds. */
export function defaultGranularity(node: BlockNode): number {
  return Math.min(MOST, Math.max(LEAST, clusterSize(node) ?? MOST));
}

/** Filters and plain bytes are as what lies below them. */
function clusterSize(node: BlockNode): number | undefined {
  const below = node.filtered ?? (node.driver.passesThrough === true ? node.file : undefined);
  return below === undefined ? node.image.facts().clusterSize : clusterSize(below);
}
