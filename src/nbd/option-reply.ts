import type { ByteWriter } from './byte-writer.ts';
import { MAGIC, OPTION_REPLY } from './protocol.ts';

const HEADER = 20;

/** Answers one option that a client has sent. */
export class OptionReply {
  readonly #option: number;
  readonly #writer: ByteWriter;

  constructor(option: number, writer: ByteWriter) {
    this.#option = option;
    this.#writer = writer;
  }

  /** Resolves when the bytes are on their way. */
  send(type: number, data: Buffer = Buffer.alloc(0)): Promise<void> {
    const header = Buffer.allocUnsafe(HEADER);
    header.writeBigUInt64BE(MAGIC.optionReply, 0);
    header.writeUInt32BE(this.#option, 8);
    header.writeUInt32BE(type, 12);
    header.writeUInt32BE(data.length, 16);
    return this.#writer.send(Buffer.concat([header, data]));
  }

  acknowledge(): Promise<void> {
    return this.send(OPTION_REPLY.ack);
  }

  /** `reason` is for people. */
  refuse(type: number, reason: string): void {
    void this.send(type, Buffer.from(reason));
  }
}
