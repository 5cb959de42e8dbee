import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { ByteReader } from '../../src/nbd/byte-reader.ts';
import { MAGIC, OPTION } from '../../src/nbd/protocol.ts';

export interface OptionAnswer {
  readonly option: number;
  readonly type: number;
  readonly data: Buffer;
}

export interface Chunk {
  readonly flags: number;
  readonly type: number;
  readonly cookie: bigint;
  readonly data: Buffer;
}

export interface RequestDetails {
  readonly flags?: number;
  /** What is sent behind the request, of whatever length. */
  readonly data?: Buffer;
  readonly magic?: number;
}

const uint32 = (...values: number[]): Buffer => {
  const bytes = Buffer.alloc(values.length * 4);
  values.forEach((value, index) => bytes.writeUInt32BE(value, index * 4));
  return bytes;
};

const text = (value: string): Buffer => Buffer.concat([uint32(Buffer.byteLength(value)), Buffer.from(value)]);

/** An NBD client that says exactly what a test wants it to say. */
export class RawClient {
  readonly socket: Socket;
  readonly reader: ByteReader;

  private constructor(socket: Socket) {
    this.socket = socket;
    this.reader = new ByteReader(socket);
  }

  /** Connects and reads the greeting. */
  static async connect(path: string): Promise<RawClient> {
    const socket = connect({ path });
    socket.on('error', () => undefined);
    const client = new RawClient(socket);
    await client.reader.read(18);
    return client;
  }

  send(...parts: (Buffer | string)[]): void {
    for (const part of parts) this.socket.write(part);
  }

  flags(flags = 3): this {
    this.send(uint32(flags));
    return this;
  }

  /** Sends an option; `length` lies about its data. */
  option(option: number, data: Buffer = Buffer.alloc(0), length = data.length): void {
    const magic = Buffer.alloc(8);
    magic.writeBigUInt64BE(MAGIC.option);
    this.send(magic, uint32(option, length), data);
  }

  async answer(): Promise<OptionAnswer> {
    const header = await this.reader.read(20);
    if (header.readBigUInt64BE(0) !== MAGIC.optionReply) throw new Error('no option reply');
    return { option: header.readUInt32BE(8), type: header.readUInt32BE(12), data: await this.reader.read(header.readUInt32BE(16)) };
  }

  /** All answers to one option; the last one is an acknowledgement or a refusal. */
  async answers(option: number, data?: Buffer): Promise<OptionAnswer[]> {
    this.option(option, data);
    const answers: OptionAnswer[] = [];
    do answers.push(await this.answer()); while (answers.at(-1)!.type !== 1 && answers.at(-1)!.type < 2 ** 31);
    return answers;
  }

  /** Chooses an export; with a context, replies are structured. */
  async go(name: string, context?: string): Promise<this> {
    this.flags();
    if (context !== undefined) {
      await this.answers(OPTION.structuredReply);
      await this.answers(OPTION.setMetaContext, RawClient.contexts(name, context));
    }
    await this.answers(OPTION.go, RawClient.info(name));
    return this;
  }

  static info(name: string, ...asked: number[]): Buffer {
    const kinds = Buffer.alloc(2 + asked.length * 2);
    [asked.length, ...asked].forEach((value, index) => kinds.writeUInt16BE(value, index * 2));
    return Buffer.concat([text(name), kinds]);
  }

  static contexts(name: string, ...queries: string[]): Buffer {
    return Buffer.concat([text(name), uint32(queries.length), ...queries.map(text)]);
  }

  request(type: number, cookie: bigint, range: readonly [offset: number | bigint, length: number], details: RequestDetails = {}): void {
    const { flags = 0, data = '', magic = MAGIC.request } = details;
    const header = Buffer.alloc(28);
    header.writeUInt32BE(magic, 0);
    header.writeUInt16BE(flags, 4);
    header.writeUInt16BE(type, 6);
    header.writeBigUInt64BE(cookie, 8);
    header.writeBigUInt64BE(BigInt(range[0]), 16);
    header.writeUInt32BE(range[1], 24);
    this.send(header, data);
  }

  /** A simple reply, with `length` bytes of data when it tells of no error. */
  async simple(length = 0): Promise<{ error: number; cookie: bigint; data: Buffer }> {
    const header = Buffer.from(await this.reader.read(16));
    if (header.readUInt32BE(0) !== MAGIC.simpleReply) throw new Error('no simple reply');
    const error = header.readUInt32BE(4);
    return { error, cookie: header.readBigUInt64BE(8), data: Buffer.from(await this.reader.read(error === 0 ? length : 0)) };
  }

  async chunk(): Promise<Chunk> {
    const header = Buffer.from(await this.reader.read(20));
    if (header.readUInt32BE(0) !== MAGIC.structuredReply) throw new Error('no structured reply');
    const data = Buffer.from(await this.reader.read(header.readUInt32BE(16)));
    return { flags: header.readUInt16BE(4), type: header.readUInt16BE(6), cookie: header.readBigUInt64BE(8), data };
  }

  /** Resolves when the server has closed the connection. */
  async closed(): Promise<void> {
    if (!this.socket.destroyed && !this.socket.readableEnded) await once(this.socket.resume(), 'close');
  }

  close(): void {
    this.socket.destroy();
  }
}
