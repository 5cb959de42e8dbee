import { QapiError } from '../qapi/qapi-error.ts';

export const BLOCKABLE_OPERATIONS = [
  'backup-source', 'backup-target', 'change', 'commit-source', 'commit-target', 'dataplane', 'drive-del', 'eject', 'external-snapshot',
  'internal-snapshot', 'internal-snapshot-delete', 'mirror-source', 'mirror-target', 'resize', 'stream', 'replace',
] as const;
export type BlockableOperation = (typeof BLOCKABLE_OPERATIONS)[number];

/** What may not be done to a node that is another's backing image: all that would change it or take it away. */
export const FORBIDDEN_BELOW: readonly BlockableOperation[] = BLOCKABLE_OPERATIONS.filter(
  (operation) => !['backup-source', 'backup-target', 'commit-target', 'stream'].includes(operation),
);

/** Who forbids which operations on a node, and why. */
export class OpBlockers {
  readonly #blockers = new Set<{ readonly reason: string; readonly operations: ReadonlySet<BlockableOperation> }>();

  /** Forbids the operations (default: all) until the returned function is called. */
  block(reason: string, operations: readonly BlockableOperation[] = BLOCKABLE_OPERATIONS): () => void {
    const blocker = { reason, operations: new Set(operations) };
    this.#blockers.add(blocker);
    return () => void this.#blockers.delete(blocker);
  }

  /** Why the operation is forbidden, if it is; the newest reason, as QEMU gives it. */
  reasonAgainst(operation: BlockableOperation): string | undefined {
    return [...this.#blockers].reverse().find((blocker) => blocker.operations.has(operation))?.reason;
  }

  /** @throws QapiError `Node 'x' is busy: reason` when the operation is forbidden */
  check(name: string, operation: BlockableOperation): void {
    const reason = this.reasonAgainst(operation);
    if (reason !== undefined) throw new QapiError(`Node '${name}' is busy: ${reason}`);
  }
}
