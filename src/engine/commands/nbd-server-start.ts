import { described, str, uint32 } from '../../qapi/schema.ts';
import { socketAddressLegacy } from '../../qapi/types/socket-address.ts';
import { defineCommand } from '../define-command.ts';
import { findTlsCredentials } from '../tls-objects.ts';

export default defineCommand({
  name: 'nbd-server-start',
  doc: 'starts the NBD server',
  since: '1.3',
  data: {
    addr: described(socketAddressLegacy, 'where to listen'),
    '*tls-creds': described(str, 'id of the TLS credentials object'),
    '*tls-authz': described(str, 'id of the authorization object'),
    '*max-connections': described(uint32, 'clients at once; 0 for any number'),
  },
  run: ({ addr, 'tls-creds': creds, 'tls-authz': authz, 'max-connections': maxConnections = 0 }, engine) => {
    engine.exports.checkNotRunning();
    const credentials = findTlsCredentials({ creds, authz }, engine);
    return engine.exports.start({ address: addr, maxConnections, credentials });
  },
});
