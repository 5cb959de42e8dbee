import { connect, createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { setImmediate as turn } from 'node:timers/promises';
import { strerror } from '../block/errnos.ts';
import { QapiError } from '../qapi/qapi-error.ts';
import type { VirtualClock } from '../util/virtual-clock.ts';

export interface ClockServerInit {
  readonly clock: VirtualClock;
  /** Path of the unix socket. */
  readonly socket: string;
  /** Whether requests are under way that a step may have set free; the answer to a step waits for them. */
  readonly isBusy: () => boolean;
}

/** Milliseconds that an answer waits for requests that do not end. */
const LONGEST_WAIT = 1000;

/** Moves a virtual clock by lines on a socket: `clock_step NS` (to the next deadline without a number), answered with `OK NOW`. */
export class ClockServer {
  readonly #init: ClockServerInit;
  readonly #server: Server;
  readonly #clients = new Set<Socket>();
  /** Steps follow one another, whichever client asks. */
  #last: Promise<void> = Promise.resolve();

  /** @throws QapiError when the socket cannot be made */
  static async listen(init: ClockServerInit): Promise<ClockServer> {
    const server = new ClockServer(init);
    await server.#bind().catch((error: NodeJS.ErrnoException) => {
      throw new QapiError(`Failed to bind socket to ${init.socket}: ${addressError(error)}`, { cause: error });
    });
    return server;
  }

  private constructor(init: ClockServerInit) {
    this.#init = init;
    this.#server = createServer((client) => this.#serve(client));
  }

  /** Hangs up on everyone and removes the socket. */
  async close(): Promise<void> {
    for (const client of this.#clients) client.destroy();
    await new Promise<void>((resolve) => void this.#server.close(() => resolve()));
  }

  async #bind(): Promise<void> {
    const { socket } = this.#init;
    // A socket that nobody listens on any more is taken over, once.
    await listen(this.#server, socket).catch(async (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EADDRINUSE' || await isAnswered(socket)) throw error;
      const { unlink } = await import('node:fs/promises');
      await unlink(socket);
      await listen(this.#server, socket);
    });
  }

  #serve(client: Socket): void {
    this.#clients.add(client);
    client.on('close', () => this.#clients.delete(client));
    // A client that goes away has ended its own business only.
    client.on('error', () => client.destroy());
    createInterface(client).on('line', (line) => {
      this.#last = this.#last.then(async () => {
        const answer = await this.#answer(line.trim().split(/\s+/));
        if (!client.destroyed) client.write(`${answer}\n`);
      });
    });
  }

  async #answer([command = '', ...words]: readonly string[]): Promise<string> {
    const { clock } = this.#init;
    if (command !== 'clock_step') return `FAIL Unknown command '${command}'`;
    const [ns] = words;
    if (words.length > 1 || (ns !== undefined && !/^(\d+|0x[0-9a-f]+)$/i.test(ns))) return 'FAIL usage: clock_step [NS]';
    clock.step(ns === undefined ? (clock.nextNs ?? clock.nowNs()) - clock.nowNs() : BigInt(ns));
    await this.#settled();
    return `OK ${clock.nowNs()}`;
  }

  async #settled(): Promise<void> {
    const end = performance.now() + LONGEST_WAIT;
    do await turn(); while (this.#init.isBusy() && performance.now() < end);
    await turn();
  }
}

function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject).listen(path, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function isAnswered(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path, () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code !== 'ECONNREFUSED'));
  });
}

const addressError = ({ code = 'EIO' }: NodeJS.ErrnoException) => (code === 'EADDRINUSE' ? 'Address already in use' : strerror(code));
