import type { NbdExport } from './export.ts';
import type { OptionReply } from './option-reply.ts';
import { INFO, MAX_PAYLOAD, OPTION_REPLY, TRANSMISSION_FLAG as FLAG } from './protocol.ts';

/** Bytes with which requests are fast. */
const PREFERRED_BLOCK = 4096;

const READ_ONLY = FLAG.hasFlags | FLAG.sendFlush | FLAG.sendFua | FLAG.sendCache | FLAG.canMultiConn | FLAG.readOnly;
const WRITABLE = FLAG.hasFlags | FLAG.sendFlush | FLAG.sendFua | FLAG.sendCache | FLAG.canMultiConn
  | FLAG.sendTrim | FLAG.sendWriteZeroes | FLAG.sendFastZero;

/** Size and flags, as they also stand in the answer to the oldest way to choose an export. */
export function sizeAndFlags({ size, isWritable }: NbdExport, hasStructuredReplies: boolean): Buffer {
  const bytes = Buffer.alloc(10);
  bytes.writeBigUInt64BE(BigInt(size), 0);
  bytes.writeUInt16BE((isWritable ? WRITABLE : READ_ONLY) | (hasStructuredReplies ? FLAG.sendDf : 0), 8);
  return bytes;
}

/** Tells what a client should know of an export; of some things only if it has asked. */
export function tellExport(reply: OptionReply, about: NbdExport, asked: ReadonlySet<number>, hasStructuredReplies: boolean): void {
  const tell = (type: number, data: Buffer): void => {
    const kind = Buffer.alloc(2);
    kind.writeUInt16BE(type);
    void reply.send(OPTION_REPLY.info, Buffer.concat([kind, data]));
  };
  if (asked.has(INFO.name)) tell(INFO.name, Buffer.from(about.name));
  if (about.description !== undefined) tell(INFO.description, Buffer.from(about.description));
  tell(INFO.blockSize, blockSizes());
  tell(INFO.export, sizeAndFlags(about, hasStructuredReplies));
}

/** Smallest, preferred and largest: any byte can be read and written by itself. */
function blockSizes(): Buffer {
  const bytes = Buffer.alloc(12);
  [1, PREFERRED_BLOCK, MAX_PAYLOAD].forEach((size, index) => bytes.writeUInt32BE(size, index * 4));
  return bytes;
}
