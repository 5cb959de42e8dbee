import { bool, described, enumeration, int, list, lazy, naming, str, struct, uint32, uint64, union } from '../schema.ts';
import { blockdevAioOptions, onOffAuto } from './blockdev-enums.ts';
import { inetSocketAddress, socketAddress, unixSocketAddress } from './socket-address.ts';

const secret = described(str, 'id of the secret object');

/** Options of the drivers that reach the bytes themselves: files, devices and network protocols. */
export const blockdevOptionsFile = struct('BlockdevOptionsFile', {
  filename: described(naming('file'), 'host file or device'),
  '*aio': described(blockdevAioOptions, 'how requests are submitted'),
  '*aio-max-batch': described(int, 'requests submitted at once; 0 lets the driver choose'),
  '*locking': described(onOffAuto, 'lock the image against other programs'),
  '*pr-manager': described(str, 'id of the persistent reservation object'),
  '*drop-cache': described(bool, 'drop the host page cache when a migration ends'),
  '*x-check-cache-dropped': described(bool, 'check that the cache was dropped'),
});

export const blockdevOptionsNull = struct('BlockdevOptionsNull', {
  '*size': described(int, 'length in bytes'),
  '*latency-ns': described(uint64, 'how long each request takes'),
  '*read-zeroes': described(bool, 'reads fill the buffer with zeroes'),
});

export const blockdevOptionsVVFAT = struct('BlockdevOptionsVVFAT', {
  dir: described(naming('file'), 'folder shown as a FAT disk'),
  '*fat-type': described(int, '12, 16 or 32'),
  '*floppy': described(bool, 'a floppy instead of a hard disk'),
  '*label': described(str, 'volume label'),
  '*rw': described(bool, 'the guest may write'),
});

export const blockdevOptionsArchipelago = struct('BlockdevOptionsArchipelago', {
  volume: str,
  '*mport': int,
  '*vport': int,
  '*segment': str,
});

export const blockdevOptionsSsh = struct('BlockdevOptionsSsh', {
  server: inetSocketAddress,
  path: described(str, 'file on the server'),
  '*user': str,
});

const glusterTransport = enumeration('GlusterTransport', ['unix', 'tcp']);

export const glusterServer = union<{ type: 'unix' | 'tcp'; readonly [member: string]: unknown }>({
  name: 'GlusterServer',
  base: { type: glusterTransport },
  discriminator: 'type',
  branches: { unix: unixSocketAddress, tcp: inetSocketAddress },
});

export const blockdevOptionsGluster = struct('BlockdevOptionsGluster', {
  volume: str,
  path: described(str, 'file in the volume'),
  server: list(glusterServer),
  '*debug': int,
  '*logfile': naming('file'),
});

export const blockdevOptionsIscsi = struct('BlockdevOptionsIscsi', {
  transport: enumeration('IscsiTransport', ['tcp', 'iser']),
  portal: described(str, 'host and port of the target'),
  target: described(str, 'name of the target'),
  '*lun': int,
  '*user': str,
  '*password-secret': secret,
  '*initiator-name': str,
  '*header-digest': enumeration('IscsiHeaderDigest', ['crc32c', 'none', 'crc32c-none', 'none-crc32c']),
  '*timeout': described(int, 'seconds; 0 for none'),
});

export const nfsServer = struct('NFSServer', {
  type: enumeration('NFSTransport', ['inet']),
  host: str,
});

export const blockdevOptionsNfs = struct('BlockdevOptionsNfs', {
  server: nfsServer,
  path: described(str, 'file on the server'),
  '*user': int,
  '*group': int,
  '*tcp-syn-count': int,
  '*readahead-size': int,
  '*page-cache-size': int,
  '*debug': int,
});

export const blockdevOptionsCurl = struct('BlockdevOptionsCurl', {
  filename: described(str, 'URL'),
});

export const blockdevOptionsNbd = struct('BlockdevOptionsNbd', {
  server: lazy('SocketAddress', () => socketAddress),
  '*export': described(str, 'name of the export'),
  '*tls-creds': str,
  '*tls-hostname': str,
  '*x-dirty-bitmap': str,
  '*reconnect-delay': described(uint32, 'seconds that requests wait for a lost server'),
  '*open-timeout': described(uint32, 'seconds to keep trying to connect'),
});
