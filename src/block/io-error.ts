import { strerror } from './errnos.ts';

/** What was being done when the data path failed. */
export type IoOperation = 'read' | 'write' | 'flush' | 'discard' | 'write-zeroes' | 'truncate' | 'map' | 'open' | 'create' | 'metadata';

/** A data-path error: an errno with the node, the place and the operation; the host's error is the cause. */
export class IoError extends Error {
  /** The errno's name: 'EIO', 'ENOSPC', 'EACCES' ... */
  readonly code: string;
  readonly operation: IoOperation;
  /** Guest offset in bytes, where there is one. */
  readonly offset?: number;
  node?: string;

  constructor(code: string, operation: IoOperation, options: { message?: string; offset?: number; node?: string; cause?: unknown } = {}) {
    super(options.message ?? strerror(code), { cause: options.cause });
    this.name = 'IoError';
    this.code = code;
    this.operation = operation;
    this.offset = options.offset;
    this.node = options.node;
  }
}
