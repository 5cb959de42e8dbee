import type { Server, Socket } from 'node:net';
import type { SocketAddressLegacy } from '../qapi/types/socket-address.ts';
import { NbdConnection } from './connection.ts';
import { listenAt } from './listen.ts';
import type { ExportSource } from './negotiation.ts';
import type { TlsCredentials } from './tls-credentials.ts';

export interface NbdServerInit {
  readonly address: SocketAddressLegacy;
  /** Clients at once; 0 for any number. */
  readonly maxConnections: number;
  /** With these, nothing goes over the wire in plain text but the wish to hide it. */
  readonly credentials: TlsCredentials | undefined;
  readonly source: ExportSource;
  /** Hears of what went wrong with a client through no fault of its own. */
  readonly onFailure: (error: unknown) => void;
}

/** Listens for NBD clients and serves them. */
export class NbdServer {
  readonly #init: NbdServerInit;
  #listeners: readonly Server[] = [];
  readonly #connections = new Map<NbdConnection, Promise<void>>();
  /** Clients that wait until another has gone. */
  readonly #waiting = new Set<Socket>();
  #isClosing = false;

  private constructor(init: NbdServerInit) {
    this.#init = init;
  }

  /** @throws QapiError in QEMU's words when it cannot listen */
  static async start(init: NbdServerInit): Promise<NbdServer> {
    const server = new NbdServer(init);
    server.#listeners = await listenAt(init.address, (socket) => server.#accept(socket));
    return server;
  }

  /** Sends everybody away; resolves when nothing that a client wanted is under way. */
  async close(): Promise<void> {
    this.#isClosing = true;
    for (const listener of this.#listeners) listener.close();
    for (const socket of this.#waiting) socket.destroy();
    for (const connection of this.#connections.keys()) connection.drop();
    await Promise.all(this.#connections.values());
  }

  #accept(socket: Socket): void {
    const { maxConnections } = this.#init;
    if (this.#isClosing) socket.destroy();
    else if (maxConnections > 0 && this.#connections.size >= maxConnections) this.#keepWaiting(socket);
    else this.#serve(socket);
  }

  #serve(socket: Socket): void {
    const { source, credentials, onFailure } = this.#init;
    const connection = new NbdConnection({ socket, source, credentials });
    const served = connection.serve().catch(onFailure).finally(() => {
      this.#connections.delete(connection);
      this.#serveNext();
    });
    this.#connections.set(connection, served);
  }

  #keepWaiting(socket: Socket): void {
    this.#waiting.add(socket);
    socket.on('error', () => undefined).once('close', () => void this.#waiting.delete(socket));
  }

  #serveNext(): void {
    const [socket] = this.#waiting;
    if (socket === undefined || this.#isClosing) return;
    this.#waiting.delete(socket);
    this.#serve(socket);
  }
}
