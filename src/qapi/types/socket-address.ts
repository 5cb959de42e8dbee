import { bool, described, enumeration, naming, str, struct, uint16, union } from '../schema.ts';
import type { Infer, Struct } from '../schema.ts';

export const inetSocketAddress = struct('InetSocketAddress', {
  host: described(str, 'host name or address'),
  port: described(str, 'port number or service name'),
  '*numeric': described(bool, 'host and port are numbers already; do not look them up'),
  '*to': described(uint16, 'listening: last port to try'),
  '*ipv4': bool,
  '*ipv6': bool,
  '*keep-alive': bool,
  '*mptcp': bool,
});

export type InetSocketAddress = Infer<typeof inetSocketAddress>;

export const unixSocketAddress = struct('UnixSocketAddress', {
  path: described(naming('file'), 'socket file'),
  '*abstract': bool,
  '*tight': bool,
});

export type UnixSocketAddress = Infer<typeof unixSocketAddress>;

export const vsockSocketAddress = struct('VsockSocketAddress', {
  cid: described(str, 'context id'),
  port: str,
});

export type VsockSocketAddress = Infer<typeof vsockSocketAddress>;

const fdString = struct('String', { str: described(str, 'name or number of an open descriptor') });

const socketAddressType = enumeration('SocketAddressType', ['inet', 'unix', 'vsock', 'fd']);

/** Where to listen or connect: `{type, data}`. */
export interface SocketAddressLegacy {
  type: 'inet' | 'unix' | 'vsock' | 'fd';
  data: Readonly<Record<string, unknown>>;
}

const wrapped = <T>(name: string, data: Struct<T>) => struct(`${name}Wrapper`, { data });

/** The address as old commands want it, with its facts under `data`. */
export const socketAddressLegacy = union<SocketAddressLegacy>({
  name: 'SocketAddressLegacy',
  base: { type: socketAddressType },
  discriminator: 'type',
  branches: {
    inet: wrapped('InetSocketAddress', inetSocketAddress),
    unix: wrapped('UnixSocketAddress', unixSocketAddress),
    vsock: wrapped('VsockSocketAddress', vsockSocketAddress),
    fd: wrapped('String', fdString),
  },
});

/** A flat address: its facts lie beside `type`. */
export interface SocketAddress {
  type: 'inet' | 'unix' | 'vsock' | 'fd';
  readonly [member: string]: unknown;
}

export const socketAddress = union<SocketAddress>({
  name: 'SocketAddress',
  base: { type: socketAddressType },
  discriminator: 'type',
  branches: { inet: inetSocketAddress, unix: unixSocketAddress, vsock: vsockSocketAddress, fd: fdString },
});
