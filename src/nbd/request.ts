import { COMMAND, COMMAND_FLAG as FLAG, MAGIC, MAX_PAYLOAD, ProtocolError } from './protocol.ts';
import type { Transmission } from './handshake.ts';
import type { Refusal } from './refusal.ts';

/** Bytes of a request without its data. */
export const REQUEST_LENGTH = 28;

export interface Request {
  readonly type: number;
  readonly flags: number;
  /** The client's own name for it. */
  readonly cookie: Buffer;
  /** Bytes. */
  readonly offset: number;
  readonly length: number;
}

/** @throws ProtocolError when it is none */
export function parseRequest(bytes: Buffer): Request {
  if (bytes.readUInt32BE(0) !== MAGIC.request) throw new ProtocolError('a request was expected');
  return {
    flags: bytes.readUInt16BE(4),
    type: bytes.readUInt16BE(6),
    cookie: Buffer.from(bytes.subarray(8, 16)),
    offset: bytes.readUInt32BE(16) * 2 ** 32 + bytes.readUInt32BE(20),
    length: bytes.readUInt32BE(24),
  };
}

const CHANGES: readonly number[] = [COMMAND.write, COMMAND.trim, COMMAND.writeZeroes];
const MOVES_DATA: readonly number[] = [COMMAND.read, COMMAND.write, COMMAND.cache];

/** What may stand beside FUA, by command. */
const FLAGS: Readonly<Record<number, number>> = {
  [COMMAND.read]: FLAG.df, [COMMAND.writeZeroes]: FLAG.noHole | FLAG.fastZero, [COMMAND.blockStatus]: FLAG.reqOne,
};

/** Why a request is not carried out, if it is not. */
export function checkRequest({ type, flags, offset, length }: Request, to: Transmission): Refusal | undefined {
  const { export: { size, isWritable }, hasStructuredReplies, contexts } = to;
  const invalid = (reason: string): Refusal => ({ errno: 'EINVAL', reason });
  if (!Object.values<number>(COMMAND).includes(type)) return invalid(`command ${type} is not supported`);
  if (MOVES_DATA.includes(type) && length > MAX_PAYLOAD) return invalid(`a request moves at most ${MAX_PAYLOAD} bytes`);
  if (CHANGES.includes(type) && !isWritable) return { errno: 'EPERM', reason: 'the export is read-only' };
  if (type !== COMMAND.flush && offset + length > size) {
    return { errno: type === COMMAND.write || type === COMMAND.writeZeroes ? 'ENOSPC' : 'EINVAL', reason: `the export ends at ${size}` };
  }
  const allowed = FLAG.fua | (type === COMMAND.read && !hasStructuredReplies ? 0 : FLAGS[type] ?? 0);
  if ((flags & ~allowed) !== 0) return invalid(`the flags ${flags} are not for command ${type}`);
  if (type === COMMAND.blockStatus && contexts.length === 0) return invalid('no context was chosen');
  if (type === COMMAND.blockStatus && length === 0) return invalid('nothing can be said of no bytes');
  return undefined;
}
