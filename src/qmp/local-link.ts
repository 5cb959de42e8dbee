import type { QmpEndpoint } from './endpoint.ts';
import type { Link } from './link.ts';
import { LinkClient } from './link-client.ts';
import { Session } from './session.ts';
import { createLocalPair } from './transports/local.ts';

/** A link to an endpoint in this process, through the same client and the same server session as over a socket. */
export function createLocalLink(endpoint: QmpEndpoint, label: string): Link {
  const open = () => {
    const [near, far] = createLocalPair();
    new Session({ transport: far, endpoint, version: endpoint.version() });
    return near;
  };
  return new LinkClient(open, label, { reconnect: false });
}
