/** The numbers of the NBD protocol, under the names of its specification. */
export const MAGIC = {
  /** 'NBDMAGIC' and 'IHAVEOPT'. */
  init: 0x4e42444d41474943n,
  option: 0x49484156454f5054n,
  optionReply: 0x0003e889045565a9n,
  request: 0x25609513,
  simpleReply: 0x67446698,
  structuredReply: 0x668e33ef,
} as const;

/** What server and client say of themselves first. */
export const HANDSHAKE_FLAG = { fixedNewstyle: 1, noZeroes: 2 } as const;

export const OPTION = {
  exportName: 1, abort: 2, list: 3, startTls: 5, info: 6, go: 7, structuredReply: 8, listMetaContext: 9, setMetaContext: 10,
} as const;

const FAILED = 2 ** 31;

export const OPTION_REPLY = {
  ack: 1, server: 2, info: 3, metaContext: 4,
  unsupported: FAILED + 1, policy: FAILED + 2, invalid: FAILED + 3, tlsRequired: FAILED + 5, unknown: FAILED + 6, tooBig: FAILED + 9,
} as const;

export const INFO = { export: 0, name: 1, description: 2, blockSize: 3 } as const;

/** What the client may do with an export. */
export const TRANSMISSION_FLAG = {
  hasFlags: 1, readOnly: 2, sendFlush: 4, sendFua: 8, sendTrim: 32, sendWriteZeroes: 64, sendDf: 128, canMultiConn: 256, sendCache: 1024,
  sendFastZero: 2048,
} as const;

export const COMMAND = { read: 0, write: 1, disconnect: 2, flush: 3, trim: 4, cache: 5, writeZeroes: 6, blockStatus: 7 } as const;

export const COMMAND_FLAG = { fua: 1, noHole: 2, df: 4, reqOne: 8, fastZero: 16 } as const;

export const CHUNK = { none: 0, offsetData: 1, offsetHole: 2, blockStatus: 5, error: 2 ** 15 + 1 } as const;

/** The flag of a reply's last chunk. */
export const CHUNK_DONE = 1;

/** How base:allocation tells of a run: nothing is stored for it, it reads as zero. */
export const STATE = { hole: 1, zero: 2 } as const;

/** The errors that the protocol knows. */
export const ERRNO = { EPERM: 1, EIO: 5, ENOMEM: 12, EINVAL: 22, ENOSPC: 28, EOVERFLOW: 75, ENOTSUP: 95, ESHUTDOWN: 108 } as const;

/** Bytes that a client may ask for, or send, in one request. */
export const MAX_PAYLOAD = 32 << 20;

/** Bytes of a name or a description. */
export const MAX_STRING = 4096;

/** The other side breaks the rules so that nothing it sends can be understood any more: the connection ends. */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError';
}
