import type { BlockBackend } from '../../block/backend.ts';
import type { BlockNode } from '../../block/node.ts';
import { AioQueue } from './aio-queue.ts';

/** What qemu-io commands work on: a drive, whose statistics then move as if the guest had asked, or a node. */
export interface IoTarget {
  readonly access: Pick<BlockBackend, 'read' | 'write' | 'writeZeroes' | 'discard' | 'flush'>;
  /** Undefined: no medium. */
  readonly node: BlockNode | undefined;
  readonly aio: AioQueue;
}

const queues = new WeakMap<object, AioQueue>();

function queueOf(owner: object): AioQueue {
  const queue = queues.get(owner) ?? new AioQueue();
  queues.set(owner, queue);
  return queue;
}

export function driveTarget(backend: BlockBackend): IoTarget {
  return { access: backend, node: backend.root, aio: queueOf(backend) };
}

export function nodeTarget(node: BlockNode): IoTarget {
  return { access: node.io, node, aio: queueOf(node) };
}
