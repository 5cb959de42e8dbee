import type { ByteReader } from './byte-reader.ts';
import type { ByteWriter } from './byte-writer.ts';
import { sizeAndFlags } from './export-info.ts';
import type { NbdExport } from './export.ts';
import type { MetaContext } from './meta-context.ts';
import { Negotiation } from './negotiation.ts';
import type { ExportSource } from './negotiation.ts';
import { OptionData, OptionDataError } from './option-data.ts';
import { OptionReply } from './option-reply.ts';
import { HANDSHAKE_FLAG, MAGIC, MAX_PAYLOAD, MAX_STRING, OPTION, OPTION_REPLY, ProtocolError } from './protocol.ts';

/** The two directions of a connection. */
export interface Wire {
  readonly reader: ByteReader;
  readonly writer: ByteWriter;
}

/** What requests are about, once client and server have agreed. */
export interface Transmission extends Wire {
  readonly export: NbdExport;
  readonly hasStructuredReplies: boolean;
  readonly contexts: readonly MetaContext[];
}

export interface HandshakeInit extends Wire {
  readonly source: ExportSource;
  /** Goes on in secret; absent where the server has no credentials. */
  readonly startTls: (() => Promise<Wire>) | undefined;
}

/** Longest data of an option that are looked at, in bytes. */
const MAX_OPTION = 64 << 10;

/** Data-less bytes behind size and flags, for clients that want them. */
const OLD_PADDING = 124;

/** Agrees with a client on an export. @returns undefined when the client left @throws ProtocolError when it makes no sense */
export function handshake(init: HandshakeInit): Promise<Transmission | undefined> {
  return new Handshake(init).run();
}

class Handshake {
  #wire: Wire;
  #hasTls = false;
  #padsReplies = true;
  readonly #startTls: HandshakeInit['startTls'];
  readonly #negotiation: Negotiation;

  constructor({ reader, writer, source, startTls }: HandshakeInit) {
    this.#wire = { reader, writer };
    this.#startTls = startTls;
    this.#negotiation = new Negotiation(source);
  }

  async run(): Promise<Transmission | undefined> {
    await this.#greet();
    for (;;) {
      const { option, data } = await this.#nextOption();
      const chosen = await this.#answer(option, data);
      if (chosen === 'leave') return undefined;
      if (chosen === undefined) continue;
      const { hasStructuredReplies } = this.#negotiation;
      return { ...this.#wire, export: chosen, hasStructuredReplies, contexts: this.#negotiation.contextsFor(chosen) };
    }
  }

  async #greet(): Promise<void> {
    const greeting = Buffer.alloc(18);
    greeting.writeBigUInt64BE(MAGIC.init, 0);
    greeting.writeBigUInt64BE(MAGIC.option, 8);
    greeting.writeUInt16BE(HANDSHAKE_FLAG.fixedNewstyle | HANDSHAKE_FLAG.noZeroes, 16);
    void this.#wire.writer.send(greeting);
    const flags = (await this.#wire.reader.read(4)).readUInt32BE();
    if ((flags & ~(HANDSHAKE_FLAG.fixedNewstyle | HANDSHAKE_FLAG.noZeroes)) !== 0) throw new ProtocolError('unknown handshake flags');
    if ((flags & HANDSHAKE_FLAG.fixedNewstyle) === 0) throw new ProtocolError('the client does not know fixed newstyle');
    this.#padsReplies = (flags & HANDSHAKE_FLAG.noZeroes) === 0;
  }

  /** Data that are too long are read over: undefined. */
  async #nextOption(): Promise<{ option: number; data: Buffer | undefined }> {
    const header = await this.#wire.reader.read(16);
    if (header.readBigUInt64BE(0) !== MAGIC.option) throw new ProtocolError('an option was expected');
    const [option, length] = [header.readUInt32BE(8), header.readUInt32BE(12)];
    if (length <= MAX_OPTION) return { option, data: await this.#wire.reader.read(length) };
    if (length > MAX_PAYLOAD || option === OPTION.exportName) throw new ProtocolError('an option is too long');
    await this.#wire.reader.skip(length);
    return { option, data: undefined };
  }

  async #answer(option: number, data: Buffer | undefined): Promise<NbdExport | 'leave' | undefined> {
    const reply = new OptionReply(option, this.#wire.writer);
    if (this.#startTls !== undefined && !this.#hasTls && option !== OPTION.startTls) return refusePlain(option, reply);
    if (option === OPTION.exportName) return this.#choose(data as Buffer);
    if (option === OPTION.abort) {
      await reply.acknowledge();
      return 'leave';
    }
    if (data === undefined) reply.refuse(OPTION_REPLY.tooBig, `an option has at most ${MAX_OPTION} bytes of data`);
    else {
      try {
        return await this.#negotiate(option, new OptionData(data), reply);
      } catch (error) {
        if (!(error instanceof OptionDataError)) throw error;
        reply.refuse(OPTION_REPLY.invalid, error.message);
      }
    }
    return undefined;
  }

  /** @returns the export, once it is chosen */
  async #negotiate(option: number, data: OptionData, reply: OptionReply): Promise<NbdExport | undefined> {
    const negotiation = this.#negotiation;
    switch (option) {
      case OPTION.go:
        return negotiation.tell(data, reply);
      case OPTION.info:
        negotiation.tell(data, reply);
        break;
      case OPTION.listMetaContext:
      case OPTION.setMetaContext:
        negotiation.metaContexts(option, data, reply);
        break;
      case OPTION.list:
        data.end();
        negotiation.list(reply);
        break;
      case OPTION.structuredReply:
        data.end();
        negotiation.agreeOnStructuredReplies(reply);
        break;
      case OPTION.startTls:
        data.end();
        await this.#goSecret(reply);
        break;
      default:
        reply.refuse(OPTION_REPLY.unsupported, `option ${option} is not supported`);
    }
    return undefined;
  }

  async #goSecret(reply: OptionReply): Promise<void> {
    if (this.#hasTls) return reply.refuse(OPTION_REPLY.invalid, 'TLS is on already');
    if (this.#startTls === undefined) return reply.refuse(OPTION_REPLY.policy, 'this server has no TLS');
    await reply.acknowledge();
    this.#wire = await this.#startTls();
    this.#hasTls = true;
  }

  /** The oldest way, which knows no refusal. */
  #choose(data: Buffer): NbdExport {
    if (data.length > MAX_STRING) throw new ProtocolError('the name of an export is too long');
    const chosen = this.#negotiation.find(data.toString());
    if (chosen === undefined) throw new ProtocolError('there is no such export');
    const answer = sizeAndFlags(chosen, this.#negotiation.hasStructuredReplies);
    void this.#wire.writer.send(this.#padsReplies ? Buffer.concat([answer, Buffer.alloc(OLD_PADDING)]) : answer);
    return chosen;
  }
}

/** Before TLS is on, where it is asked for. */
function refusePlain(option: number, reply: OptionReply): 'leave' | undefined {
  if (option === OPTION.exportName) throw new ProtocolError('an export cannot be chosen before TLS is on');
  reply.refuse(OPTION_REPLY.tlsRequired, 'this server wants TLS first');
  return option === OPTION.abort ? 'leave' : undefined;
}
