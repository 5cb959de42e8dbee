import { createServer, type Server, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { isLoopback, parseAddress, type Address } from '../qmp/address.ts';
import { listenTcp } from '../qmp/transports/tcp.ts';
import { listenUnix } from '../qmp/transports/unix.ts';

/** Programs that drive QEMU's text monitor wait for these two. */
const GREETING = "qmon monitor - type 'help' for more information\r\n";
const PROMPT = '(qemu) ';

export interface HmpServeOptions {
  /** Runs a QMP command; the text monitor needs only human-monitor-command. */
  readonly execute: (command: string, args: Readonly<Record<string, unknown>>) => Promise<unknown>;
  readonly addresses: readonly string[];
  readonly insecureTcp?: boolean;
}

/**
 * Serves the text monitor; every client has its own prompt.
 * @throws Error when an address is wrong, taken, or open to other machines
 */
export async function serveHmp(options: HmpServeOptions): Promise<{ close(): Promise<void> }> {
  const sockets = new Set<Socket>();
  const servers: Server[] = [];
  const close = async () => {
    for (const socket of sockets) socket.destroy();
    await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  };
  try {
    for (const address of options.addresses.map(parseAddress)) {
      if (!options.insecureTcp && !isLoopback(address)) throw new Error('the text monitor is served on loopback or unix sockets only');
      const server = createServer((socket) => {
        sockets.add(socket.once('close', () => sockets.delete(socket)));
        void converse(socket, options.execute);
      });
      servers.push(server);
      await listen(server, address);
    }
  } catch (error) {
    await close();
    throw error;
  }
  return { close };
}

async function listen(server: Server, address: Address): Promise<void> {
  if (address.kind === 'tcp') await listenTcp(server, address.host, address.port);
  else await listenUnix(server, address.path);
}

/** Answers a client line by line; a client that goes away ends its own conversation only. */
async function converse(socket: Socket, execute: HmpServeOptions['execute']): Promise<void> {
  socket.on('error', () => socket.destroy());
  socket.write(GREETING + PROMPT);
  for await (const line of createInterface({ input: socket, crlfDelay: Infinity })) {
    const text = line.trim() === '' ? '' : await answer(line, execute);
    if (socket.destroyed) return;
    socket.write(text + PROMPT);
  }
}

async function answer(line: string, execute: HmpServeOptions['execute']): Promise<string> {
  try {
    return await execute('human-monitor-command', { 'command-line': line }) as string;
  } catch (error) {
    return `Error: ${(error as Error).message}\r\n`;
  }
}
