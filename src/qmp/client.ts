import { formatAddress, parseAddress } from './address.ts';
import type { Address } from './address.ts';
import type { Link } from './link.ts';
import { LinkClient } from './link-client.ts';
import type { ClientOptions } from './link-client.ts';
import { ReplyDecoder } from './reply-decoder.ts';
import { SshTransport } from './transports/ssh.ts';
import { StreamTransport } from './transports/stream.ts';
import { connectTcp } from './transports/tcp.ts';
import { connectUnix } from './transports/unix.ts';

export type { ClientOptions } from './link-client.ts';

/**
 * Connects to a QMP server and goes on trying until `close`; what happens is told by the link's state.
 * Requests made before the first greeting wait for it; later ones fail at once while the link is down.
 * @throws Error when the address cannot be understood
 */
export function connect(address: string | Address, options: ClientOptions = {}): Link {
  const target = typeof address === 'string' ? parseAddress(address) : address;
  const open = () => {
    if (target.kind === 'ssh') return new SshTransport(target);
    const socket = target.kind === 'unix' ? connectUnix(target.path) : connectTcp(target.host, target.port);
    return new StreamTransport(socket, new ReplyDecoder());
  };
  return new LinkClient(open, formatAddress(target), options);
}
