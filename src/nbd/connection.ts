import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { ByteReader } from './byte-reader.ts';
import { ByteWriter } from './byte-writer.ts';
import type { ExportUser } from './export.ts';
import { handshake } from './handshake.ts';
import type { Transmission, Wire } from './handshake.ts';
import type { ExportSource } from './negotiation.ts';
import { ProtocolError } from './protocol.ts';
import type { TlsCredentials } from './tls-credentials.ts';
import { transmit } from './transmission.ts';

/** Whoever has not chosen an export by then is sent away, in milliseconds. */
const HANDSHAKE_LIMIT = 10_000;

/** How long a client may take to fetch the last answer, in milliseconds. */
const LINGER = 1000;

export interface ConnectionInit {
  readonly socket: Socket;
  readonly source: ExportSource;
  readonly credentials: TlsCredentials | undefined;
}

/** One client, from its greeting to its end. */
export class NbdConnection implements ExportUser {
  #stream: Duplex;
  readonly #source: ExportSource;
  readonly #credentials: TlsCredentials | undefined;

  constructor({ socket, source, credentials }: ConnectionInit) {
    this.#stream = socket;
    this.#source = source;
    this.#credentials = credentials;
    socket.setNoDelay(true);
  }

  /** Serves the client; resolves when it is gone and nothing that it wanted is under way. */
  async serve(): Promise<void> {
    try {
      const agreed = await this.#agree();
      if (agreed !== undefined) await this.#transmit(agreed);
      this.#leave();
    } catch (error) {
      this.drop();
      if (!(error instanceof ProtocolError)) throw error;
    }
  }

  /** Cuts the connection; requests that are under way end without an answer. */
  drop(): void {
    this.#stream.destroy();
  }

  async #agree(): Promise<Transmission | undefined> {
    const limit = setTimeout(() => this.drop(), HANDSHAKE_LIMIT);
    try {
      const wire = this.#wire();
      const startTls = this.#credentials && ((): Promise<Wire> => this.#startTls(wire, this.#credentials!));
      return await handshake({ ...wire, source: this.#source, startTls });
    } finally {
      clearTimeout(limit);
    }
  }

  async #transmit(agreed: Transmission): Promise<void> {
    if (agreed.export.isClosing) return;
    agreed.export.users.add(this);
    try {
      await transmit(agreed);
    } finally {
      agreed.export.users.delete(this);
    }
  }

  async #startTls({ reader }: Wire, credentials: TlsCredentials): Promise<Wire> {
    reader.release();
    this.#stream = await credentials.secure(this.#stream as Socket);
    return this.#wire();
  }

  /** How the connection ends is told by the reader. */
  #wire(): Wire {
    this.#stream.on('error', () => undefined);
    return { reader: new ByteReader(this.#stream), writer: new ByteWriter(this.#stream) };
  }

  /** Lets the client have the last answer. */
  #leave(): void {
    const limit = setTimeout(() => this.drop(), LINGER);
    this.#stream.once('close', () => clearTimeout(limit));
    this.#stream.end().resume();
  }
}
