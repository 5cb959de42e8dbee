import { QapiError } from '../qapi/qapi-error.ts';
import { IoError } from './io-error.ts';
import type { Int } from '../qapi/schema.ts';
import type { MovableParent } from './append-node.ts';
import type { BlockNode } from './node.ts';
import { PERMISSIONS } from './permissions.ts';

/** QEMU's longest image, a GiB short of 2^63. */
const LONGEST = (1n << 63n) - (1n << 30n);

/**
 * Sets the length of a node's image (bytes) while no request is in flight. What is new reads as zero.
 * @throws QapiError in QEMU's words when its users, its driver or the host do not allow it
 */
export async function resizeNode(node: BlockNode, size: Int): Promise<void> {
  const resizer = new Resizer(node);
  try {
    if (BigInt(size) > LONGEST) throw new QapiError(`offset(${size}) exceeds maximum(${LONGEST})`);
    if (node.readOnly) throw new QapiError('Image is read-only');
    await node.drained(() => node.image.truncate(Number(size)).finally(() => node.io.followLength()));
  } catch (error) {
    throw error instanceof IoError ? new QapiError(`Could not resize file: ${error.message}`, { cause: error }) : error;
  } finally {
    resizer.release();
  }
}

/** Holds a node for as long as its size changes: here, and on the host, whoever forbids that is in the way. */
class Resizer implements MovableParent {
  readonly #node: BlockNode;

  constructor(node: BlockNode) {
    node.attach(this, { user: 'an unnamed block device', role: 'root', needs: ['resize'], shares: PERMISSIONS });
    this.#node = node;
  }

  /** Whoever moves parents waits until the node is at rest, and then this one has gone. */
  replaceChild(): void {}

  release(): void {
    this.#node.detach(this);
    this.#node.references--;
  }
}
