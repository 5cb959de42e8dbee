import { replyBlockStatus } from './block-status.ts';
import type { Transmission } from './handshake.ts';
import { COMMAND, COMMAND_FLAG as FLAG } from './protocol.ts';
import { replyRead } from './read-reply.ts';
import type { Reply } from './reply.ts';
import type { Request } from './request.ts';
import type { RequestRoom } from './request-room.ts';

/** A request that is to be carried out and answered. */
export interface Work {
  readonly request: Request;
  /** What the client sent with it. */
  readonly data: Buffer | undefined;
  readonly reply: Reply;
  readonly to: Transmission;
  readonly room: RequestRoom;
}

/** Resolves when the answer is on its way. Rejects with IoError when there is none yet. */
export type Command = (work: Work) => Promise<void>;

/** Bytes that are fetched at a time for who only wants them to be near. */
const FETCH = 1 << 20;

const COMMANDS: Readonly<Record<number, Command>> = {
  [COMMAND.read]: async ({ request, reply, to, room }) => {
    if (hasFua(request)) await flush(to);
    await replyRead(request, to.export, reply, room);
  },
  [COMMAND.write]: async ({ request, data, reply, to }) => {
    const fua = hasFua(request) || to.export.isWriteThrough;
    await to.export.perform((node) => node.io.write(request.offset, data!, { fua }));
    await reply.simple();
  },
  [COMMAND.flush]: async ({ reply, to }) => {
    await flush(to);
    await reply.simple();
  },
  [COMMAND.trim]: changing(({ request: { offset, length }, to }) => to.export.perform((node) => node.io.discard(offset, length))),
  [COMMAND.cache]: async ({ request, reply, to, room }) => {
    const end = request.offset + request.length;
    for (let at = request.offset; at < end; at += FETCH) {
      await room.lend(Math.min(FETCH, end - at), (bytes) => to.export.perform((node) => node.io.read(at, bytes)));
    }
    await reply.simple();
  },
  [COMMAND.writeZeroes]: changing(({ request: { offset, length, flags }, to }) => {
    const options = { mayUnmap: (flags & FLAG.noHole) === 0, mustBeFast: (flags & FLAG.fastZero) !== 0 };
    return to.export.perform((node) => node.io.writeZeroes(offset, length, options));
  }),
  [COMMAND.blockStatus]: ({ request, reply, to }) => replyBlockStatus(request, to, reply),
};

/** What a request of this type, which must be a known one, asks for. */
export function commandOf(type: number): Command {
  return COMMANDS[type]!;
}

/** What changes bytes is flushed behind it, if it is to be on stable storage at once. */
function changing(change: (work: Work) => Promise<void>): Command {
  return async (work) => {
    await change(work);
    if (hasFua(work.request) || work.to.export.isWriteThrough) await flush(work.to);
    await work.reply.simple();
  };
}

function flush({ export: on }: Transmission): Promise<void> {
  return on.perform((node) => node.io.flush());
}

const hasFua = ({ flags }: Request): boolean => (flags & FLAG.fua) !== 0;
