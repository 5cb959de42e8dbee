import { connect } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';

const keepAliveMs = 15_000;

/** Starts a connection to a host's port; the outcome is told by the socket's events. */
export function connectTcp(host: string, port: number): Socket {
  return prepareTcp(connect({ host, port }));
}

/** Small messages go out at once, and a peer whose machine vanished is noticed. */
export function prepareTcp(socket: Socket): Socket {
  return socket.setNoDelay(true).setKeepAlive(true, keepAliveMs);
}

/** Listens on one host address. @returns the port, which the system chose when 0 was asked for */
export async function listenTcp(server: Server, host: string, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).once('listening', resolve).listen({ host, port });
  });
  return (server.address() as AddressInfo).port;
}
