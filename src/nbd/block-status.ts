import type { BlockNode } from '../block/node.ts';
import { Breather } from '../util/breather.ts';
import type { Transmission } from './handshake.ts';
import type { MetaContext, StatusRun } from './meta-context.ts';
import { contextId } from './negotiation.ts';
import { CHUNK, COMMAND_FLAG } from './protocol.ts';
import type { Reply } from './reply.ts';
import type { Request } from './request.ts';

/** Runs that are told of in one reply. */
const MOST_RUNS = 1 << 17;

/** Answers BLOCK_STATUS: a chunk for each context that was chosen. */
export async function replyBlockStatus(request: Request, { contexts, export: about }: Transmission, reply: Reply): Promise<void> {
  const most = (request.flags & COMMAND_FLAG.reqOne) === 0 ? MOST_RUNS : 1;
  const payloads: Buffer[] = [];
  for (const context of contexts) {
    const runs = await about.perform((node) => findRuns(context, node, { ...request, most }));
    payloads.push(format(contextId(about, context), runs));
  }
  await Promise.all(payloads.map((payload, index) => reply.chunk(CHUNK.blockStatus, payload, index === payloads.length - 1)));
}

interface Range {
  readonly offset: number;
  readonly length: number;
  /** Runs. */
  readonly most: number;
}

/** The runs from the range's start on, neighbours that are alike as one. */
async function findRuns(context: MetaContext, node: BlockNode, { offset, length, most }: Range): Promise<StatusRun[]> {
  const runs: StatusRun[] = [];
  const breather = new Breather();
  const end = offset + length;
  for (let at = offset; at < end;) {
    const run = await context.runAt(node, at, end - at);
    const last = runs.at(-1);
    if (last?.flags === run.flags) runs[runs.length - 1] = { flags: run.flags, length: last.length + run.length };
    else if (runs.length === most) break;
    else runs.push(run);
    at += run.length;
    await breather.breathe();
  }
  return runs;
}

function format(id: number, runs: readonly StatusRun[]): Buffer {
  const payload = Buffer.allocUnsafe(4 + runs.length * 8);
  payload.writeUInt32BE(id, 0);
  runs.forEach(({ length, flags }, index) => {
    payload.writeUInt32BE(length, 4 + index * 8);
    payload.writeUInt32BE(flags, 8 + index * 8);
  });
  return payload;
}
