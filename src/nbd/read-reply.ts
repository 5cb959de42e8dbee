import { mapChain } from '../block/chain-map.ts';
import type { NbdExport } from './export.ts';
import { CHUNK, COMMAND_FLAG } from './protocol.ts';
import type { Reply } from './reply.ts';
import type { Request } from './request.ts';
import type { RequestRoom } from './request-room.ts';

/** Looking for zeroes pays for reads from this many bytes on; clients that want to pass over smaller ones ask for them first. */
const WORTH_MAPPING = 1 << 20;

/** Answers READ: runs that are known to be zero are named instead of sent, where the client allows it. */
export async function replyRead(request: Request, from: NbdExport, reply: Reply, room: RequestRoom): Promise<void> {
  const { offset, length, flags } = request;
  if (!reply.isStructured) return room.lend(length, async (data) => {
    await from.perform((node) => node.io.read(offset, data));
    await reply.simple(data);
  });
  if (length === 0) return reply.chunk(CHUNK.none, Buffer.alloc(0), true);
  const isPlain = (flags & COMMAND_FLAG.df) !== 0 || length < WORTH_MAPPING;
  for (let at = offset; at < offset + length;) at += await sendRun({ at, end: offset + length, isPlain }, from, reply, room);
}

/** @returns how many bytes were told of */
async function sendRun(range: { at: number; end: number; isPlain: boolean }, from: NbdExport, reply: Reply, room: RequestRoom): Promise<number> {
  const { at, end, isPlain } = range;
  const run = isPlain ? { kind: 'data', length: end - at } : await from.perform((node) => mapChain(node, at, end - at));
  const isLast = at + run.length === end;
  if (run.kind !== 'data') await reply.chunk(CHUNK.offsetHole, holePayload(at, run.length), isLast);
  else await room.lend(run.length, async (data) => {
    await from.perform((node) => node.io.read(at, data));
    await reply.chunk(CHUNK.offsetData, offsetPayload(at), isLast, data);
  });
  return run.length;
}

function offsetPayload(offset: number): Buffer {
  const bytes = Buffer.allocUnsafe(8);
  bytes.writeBigUInt64BE(BigInt(offset));
  return bytes;
}

function holePayload(offset: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafe(12);
  bytes.writeBigUInt64BE(BigInt(offset), 0);
  bytes.writeUInt32BE(length, 8);
  return bytes;
}
