import { commandOf } from './commands.ts';
import type { Transmission } from './handshake.ts';
import { COMMAND, MAX_PAYLOAD, ProtocolError } from './protocol.ts';
import { refusalFor } from './refusal.ts';
import { Reply } from './reply.ts';
import { REQUEST_LENGTH, checkRequest, parseRequest } from './request.ts';
import type { Request } from './request.ts';
import { RequestRoom } from './request-room.ts';

/** Carries out a client's requests, many at once, until it leaves. Resolves when none is under way. @throws ProtocolError */
export async function transmit(to: Transmission): Promise<void> {
  const room = new RequestRoom();
  try {
    for (;;) {
      const request = parseRequest(await to.reader.read(REQUEST_LENGTH));
      if (request.type === COMMAND.disconnect) return;
      await accept(request, to, room);
    }
  } finally {
    await room.emptied();
  }
}

/** Resolves when the request is on its way and the next one may come. */
async function accept(request: Request, to: Transmission, room: RequestRoom): Promise<void> {
  const { type, length } = request;
  const refusal = checkRequest(request, to);
  const reply = new Reply(request, to.writer, to.hasStructuredReplies);
  const bytes = type === COMMAND.read || type === COMMAND.write ? length : 0;
  if (bytes > MAX_PAYLOAD) {
    await reply.error(refusal!);
    if (type === COMMAND.write) throw new ProtocolError('the client wants to write too much at once');
    return;
  }
  await room.enter(bytes);
  const data = type === COMMAND.write ? room.take(length) : undefined;
  const finish = (): void => {
    if (data !== undefined) room.give(data);
    room.leave(bytes);
  };
  try {
    if (data !== undefined) await to.reader.readInto(data);
  } catch (error) {
    finish();
    throw error;
  }
  const work = refusal === undefined ? commandOf(type)({ request, data, reply, to, room }) : reply.error(refusal);
  void work.catch((error: unknown) => reply.error(refusalFor(error))).then(finish);
}
