import { QapiError } from '../qapi/qapi-error.ts';
import { IoError } from './io-error.ts';
import type { Int } from '../qapi/schema.ts';
import type { BlockNode } from './node.ts';
import { PERMISSIONS, checkClaims } from './permissions.ts';

/** QEMU's longest image, a GiB short of 2^63. */
const LONGEST = (1n << 63n) - (1n << 30n);

/**
 * Sets the length of a node's image (bytes) while no request is in flight. What is new reads as zero.
 * @throws QapiError in QEMU's words when its users, its driver or the host do not allow it
 */
export async function resizeNode(node: BlockNode, size: Int): Promise<void> {
  const resizing = { user: 'an unnamed block device', role: 'root', needs: ['resize'], shares: PERMISSIONS } as const;
  checkClaims(node, node.claims.values(), resizing);
  if (BigInt(size) > LONGEST) throw new QapiError(`offset(${size}) exceeds maximum(${LONGEST})`);
  if (node.readOnly) throw new QapiError('Image is read-only');
  try {
    await node.drained(() => node.image.truncate(Number(size)).finally(() => node.io.followLength()));
  } catch (error) {
    throw error instanceof IoError ? new QapiError(`Could not resize file: ${error.message}`, { cause: error }) : error;
  }
}
