import type { ByteWriter } from './byte-writer.ts';
import { CHUNK, CHUNK_DONE, ERRNO, MAGIC } from './protocol.ts';
import type { Refusal } from './refusal.ts';
import type { Request } from './request.ts';

const SIMPLE_HEADER = 16;
const CHUNK_HEADER = 20;

/** Answers one request, in one simple reply or in chunks. Each method resolves when its buffers may be used again. */
export class Reply {
  readonly isStructured: boolean;
  readonly #request: Request;
  readonly #writer: ByteWriter;

  constructor(request: Request, writer: ByteWriter, isStructured: boolean) {
    this.isStructured = isStructured;
    this.#request = request;
    this.#writer = writer;
  }

  /** All went well, and this is what was read, if it was a read. */
  simple(data?: Buffer): Promise<void> {
    return data === undefined ? this.#writer.send(this.#simpleHeader(0)) : this.#writer.send(this.#simpleHeader(0), data);
  }

  error({ errno, reason }: Refusal): Promise<void> {
    if (!this.isStructured) return this.#writer.send(this.#simpleHeader(ERRNO[errno]));
    const message = Buffer.from(reason);
    const payload = Buffer.alloc(6 + message.length);
    payload.writeUInt32BE(ERRNO[errno], 0);
    payload.writeUInt16BE(message.length, 4);
    message.copy(payload, 6);
    return this.chunk(CHUNK.error, payload, true);
  }

  /** A chunk with its payload, all of it or but for `data` that follow. */
  chunk(type: number, payload: Buffer, isLast: boolean, data?: Buffer): Promise<void> {
    const header = Buffer.allocUnsafe(CHUNK_HEADER + payload.length);
    header.writeUInt32BE(MAGIC.structuredReply, 0);
    header.writeUInt16BE(isLast ? CHUNK_DONE : 0, 4);
    header.writeUInt16BE(type, 6);
    this.#request.cookie.copy(header, 8);
    header.writeUInt32BE(payload.length + (data?.length ?? 0), 16);
    payload.copy(header, CHUNK_HEADER);
    return data === undefined ? this.#writer.send(header) : this.#writer.send(header, data);
  }

  #simpleHeader(errno: number): Buffer {
    const header = Buffer.allocUnsafe(SIMPLE_HEADER);
    header.writeUInt32BE(MAGIC.simpleReply, 0);
    header.writeUInt32BE(errno, 4);
    this.#request.cookie.copy(header, 8);
    return header;
  }
}
