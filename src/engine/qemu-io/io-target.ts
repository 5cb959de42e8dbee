import type { BlockAccounting } from '../../block/accounting.ts';
import type { BlockBackend } from '../../block/backend.ts';
import { IoError } from '../../block/io-error.ts';
import type { IoOperation } from '../../block/io-error.ts';
import type { BlockNode } from '../../block/node.ts';
import { AioQueue } from './aio-queue.ts';

/** What qemu-io commands work on: a drive, whose statistics then move as if the guest had asked, or a node. */
export interface IoTarget {
  readonly access: Pick<BlockBackend, 'read' | 'write' | 'writeZeroes' | 'discard' | 'flush'>;
  /** Undefined: no medium. */
  readonly node: BlockNode | undefined;
  readonly aio: AioQueue;
  /** Absent: nobody counts what is done to a node. */
  readonly accounting?: BlockAccounting;
}

const queues = new WeakMap<object, AioQueue>();

function queueOf(owner: object): AioQueue {
  const queue = queues.get(owner) ?? new AioQueue();
  queues.set(owner, queue);
  return queue;
}

export function driveTarget(backend: BlockBackend): IoTarget {
  return { access: backend, node: backend.root, aio: queueOf(backend), accounting: backend.accounting };
}

export function nodeTarget(node: BlockNode): IoTarget {
  return { access: withinNode(node), node, aio: queueOf(node) };
}

/** A file grows with what its format writes, but not with what is asked from outside. */
function withinNode({ io, name }: BlockNode): IoTarget['access'] {
  const checked = <T>(operation: IoOperation, { offset, length }: { offset: number; length: number }, work: () => Promise<T>) =>
    (offset >= 0 && offset + length <= io.length ? work() : Promise.reject(new IoError('EIO', operation, { offset, node: name })));
  return {
    read: (offset, into) => checked('read', { offset, length: into.length }, () => io.read(offset, into)),
    write: (offset, from) => checked('write', { offset, length: from.length }, () => io.write(offset, from)),
    writeZeroes: (offset, length, options) => checked('write-zeroes', { offset, length }, () => io.writeZeroes(offset, length, options)),
    discard: (offset, length) => checked('discard', { offset, length }, () => io.discard(offset, length)),
    flush: () => io.flush(),
  };
}
