import type { BlockNode } from './node.ts';

/** The images below a node, nearest first. */
export function chainBelow(node: BlockNode): BlockNode[] {
  const chain: BlockNode[] = [];
  for (let below = node.backing; below !== undefined; below = below.backing) chain.push(below);
  return chain;
}

/** A file name that is stored in an image, seen from where the image lies; as it is when it is absolute or names a protocol. */
export function resolveFrom(node: BlockNode, filename: string): string {
  if (filename.startsWith('/') || protocolOf(filename) !== undefined) return filename;
  const place = protocolNode(node).image.filename ?? '';
  const folder = place.includes('/') ? place.slice(0, place.lastIndexOf('/') + 1) : '';
  return folder + filename;
}

/** The protocol that a file name begins with: 'file' of `file:x`, 'json' of `json:{}`. */
export function protocolOf(filename: string): string | undefined {
  return /^([^/:]*):/.exec(filename)?.[1];
}

/** The backing file that the image names, resolved; undefined when it names none. */
export function storedBacking(node: BlockNode): string | undefined {
  const stored = node.image.facts().backingFilename;
  return stored === undefined || stored === '' ? undefined : resolveFrom(node, stored);
}

function protocolNode(node: BlockNode): BlockNode {
  const below = node.file ?? node.filtered;
  return below === undefined ? node : protocolNode(below);
}
