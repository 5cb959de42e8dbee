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

const TEXTS: Readonly<Record<string, string>> = {
  EACCES: 'Permission denied', EAGAIN: 'Resource temporarily unavailable', EBADF: 'Bad file descriptor', EBUSY: 'Device or resource busy',
  ECANCELED: 'Operation canceled', EEXIST: 'File exists', EFBIG: 'File too large', EINVAL: 'Invalid argument', EIO: 'Input/output error',
  EISDIR: 'Is a directory', ELOOP: 'Too many levels of symbolic links', EMFILE: 'Too many open files', ENAMETOOLONG: 'File name too long',
  ENODEV: 'No such device', ENOENT: 'No such file or directory', ENOMEDIUM: 'No medium found', ENOSPC: 'No space left on device',
  ENOTDIR: 'Not a directory', ENOTSUP: 'Operation not supported', ENXIO: 'No such device or address', EPERM: 'Operation not permitted',
  EROFS: 'Read-only file system', ETXTBSY: 'Text file busy', EDQUOT: 'Disk quota exceeded', ERANGE: 'Numerical result out of range',
  EADDRINUSE: 'Address already in use', EADDRNOTAVAIL: 'Cannot assign requested address', ESHUTDOWN: 'Cannot send after transport endpoint shutdown',
};

/** The C library's text for an errno's name, as QEMU's messages show it. */
export function strerror(code: string): string {
  return TEXTS[code] ?? code;
}
