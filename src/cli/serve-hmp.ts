import { createServer, type Server, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { createHmp } from '../hmp/create-hmp.ts';
import { isLoopback, parseListenAddress, type ListenAddress } from '../qmp/address.ts';
import type { QmpEndpoint } from '../qmp/endpoint.ts';
import { listenTcp } from '../qmp/transports/tcp.ts';
import { listenUnix } from '../qmp/transports/unix.ts';

/** Programs that drive QEMU's text monitor wait for this. */
const PROMPT = '(qemu) ';

/** How many lines QEMU's monitor remembers. */
const HISTORY_LENGTH = 64;

export interface HmpServeOptions {
  readonly endpoint: QmpEndpoint;
  readonly addresses: readonly string[];
  readonly insecureTcp?: boolean;
  /** Greeting and texts are QEMU's own. */
  readonly hmpCompat?: boolean;
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
    for (const address of options.addresses.map(parseListenAddress)) {
      if (!options.insecureTcp && !isLoopback(address)) throw new Error('the text monitor is served on loopback or unix sockets only');
      const server = createServer((socket) => {
        sockets.add(socket.once('close', () => sockets.delete(socket)));
        void converse(socket, options);
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

async function listen(server: Server, address: ListenAddress): Promise<void> {
  if (address.kind === 'tcp') await listenTcp(server, address.host, address.port);
  else await listenUnix(server, address.path);
}

/** Answers a client line by line; a client that goes away ends its own conversation only. */
async function converse(socket: Socket, { endpoint, hmpCompat: compat = false }: HmpServeOptions): Promise<void> {
  socket.on('error', () => socket.destroy());
  socket.write(greeting(endpoint, compat) + PROMPT);
  const history: string[] = [];
  for await (const line of createInterface({ input: socket, crlfDelay: Infinity })) {
    remember(line, history);
    const text = line.trim() === '' ? '' : await answer(line, { endpoint, compat, history });
    if (socket.destroyed) return;
    socket.write(text + PROMPT);
  }
}

function greeting(endpoint: QmpEndpoint, compat: boolean): string {
  const { major, minor, micro } = endpoint.version().qemu;
  return `${compat ? `QEMU ${major}.${minor}.${micro}` : 'qmon'} monitor - type 'help' for more information\r\n`;
}

/** A line that was there before moves to the end. */
function remember(line: string, history: string[]): void {
  if (line === '') return;
  const before = history.indexOf(line);
  if (before >= 0) history.splice(before, 1);
  history.push(line);
  if (history.length > HISTORY_LENGTH) history.shift();
}

interface Conversation {
  readonly endpoint: QmpEndpoint;
  readonly compat: boolean;
  readonly history: readonly string[];
}

async function answer(line: string, { endpoint, compat, history }: Conversation): Promise<string> {
  try {
    const names = await offered(endpoint);
    const passOn = async (whole: string) => (await endpoint.execute('human-monitor-command', { 'command-line': whole })) as string;
    const hmp = createHmp({
      execute: (command, args = {}) => endpoint.execute(command, args),
      offers: (name) => names.has(name),
      history: () => history,
      compat,
      ...(names.has('human-monitor-command') && { passOn }),
    });
    return await hmp.run(line);
  } catch (error) {
    return `Error: ${(error as Error).message}\r\n`;
  }
}

const offers = new WeakMap<QmpEndpoint, Promise<ReadonlySet<string>>>();

/** What the far end can do; a failure is forgotten, so that the next line asks again. */
function offered(endpoint: QmpEndpoint): Promise<ReadonlySet<string>> {
  const known = offers.get(endpoint) ?? askOffers(endpoint);
  offers.set(endpoint, known);
  known.catch(() => offers.delete(endpoint));
  return known;
}

async function askOffers(endpoint: QmpEndpoint): Promise<ReadonlySet<string>> {
  const rows = (await endpoint.execute('query-commands', {})) as { readonly name: string }[];
  return new Set(rows.map(({ name }) => name));
}
