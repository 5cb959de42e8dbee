import { createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { formatAddress, isLoopback, parseListenAddress } from './address.ts';
import type { ListenAddress } from './address.ts';
import type { QmpEndpoint } from './endpoint.ts';
import type { QmpVersion } from './link.ts';
import { RequestDecoder } from './request-decoder.ts';
import { Session } from './session.ts';
import { StreamTransport } from './transports/stream.ts';
import { listenTcp, prepareTcp } from './transports/tcp.ts';
import { listenUnix } from './transports/unix.ts';

export type { QmpEndpoint } from './endpoint.ts';

export interface ServeOptions {
  /** What is served; while it is only promised, clients are greeted already (when `version` is given) and commands wait. */
  readonly endpoint: QmpEndpoint | Promise<QmpEndpoint>;
  readonly version?: QmpVersion;
  readonly addresses: readonly (string | ListenAddress)[];
  /** Lets other machines reach a TCP address: QMP has no passwords, so they could do everything. */
  readonly insecureTcp?: boolean;
}

/** A QMP server that listens. */
export interface QmpServer {
  /** Where it listens; a TCP port 0 is replaced by the real one. */
  readonly addresses: readonly ListenAddress[];
  /** Hangs up on every client and stops listening; socket files are removed. */
  close(): Promise<void>;
}

/**
 * Serves an endpoint to any number of clients.
 * @throws Error when an address is wrong, taken or open to other machines; then nothing is left listening
 */
export async function serveQmp(options: ServeOptions): Promise<QmpServer> {
  const addresses = options.addresses.map((address) => (typeof address === 'string' ? parseListenAddress(address) : address));
  for (const address of addresses) if (!options.insecureTcp) checkLoopback(address);
  const sessions = new Set<Session>();
  const servers: Server[] = [];
  const bound: ListenAddress[] = [];
  const close = async () => {
    for (const session of sessions) session.close();
    await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  };
  try {
    for (const address of addresses) {
      const server = createServer({ allowHalfOpen: true }, (socket) => accept(prepareTcp(socket), options, sessions));
      servers.push(server);
      bound.push(await listen(server, address));
    }
  } catch (error) {
    await close();
    throw error;
  }
  return { addresses: bound, close };
}

function checkLoopback(address: ListenAddress): void {
  if (isLoopback(address)) return;
  throw new Error(`${formatAddress(address)} can be reached from other machines, and QMP has no passwords: ` +
    'use a loopback address, a unix socket, or allow insecure TCP');
}

async function listen(server: Server, address: ListenAddress): Promise<ListenAddress> {
  if (address.kind === 'tcp') return { ...address, port: await listenTcp(server, address.host, address.port) };
  await listenUnix(server, address.path);
  return address;
}

function accept(socket: Socket, { endpoint, version }: ServeOptions, sessions: Set<Session>): void {
  const transport = new StreamTransport(socket, new RequestDecoder());
  const session = new Session({ transport, endpoint, version, onClosed: () => sessions.delete(session) });
  sessions.add(session);
}
