import { lookup } from 'node:dns/promises';
import { existsSync, lstatSync, unlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import type { ListenOptions, Server, Socket } from 'node:net';
import { dirname } from 'node:path';
import { strerror } from '../block/errnos.ts';
import { bindAbstract } from '../host/abstract-socket.ts';
import { HostError } from '../host/native.ts';
import { QapiError } from '../qapi/qapi-error.ts';
import type { InetSocketAddress, SocketAddressLegacy, UnixSocketAddress, VsockSocketAddress } from '../qapi/types/socket-address.ts';

type Listener = (socket: Socket) => void;

/** The kernel's room for the path of a socket, in bytes. */
const LONGEST_PATH = 107;

const MAX_UINT32 = 0xffff_ffff;

/** Listens at an address, which may stand for several. Closing the servers removes what they have made. @throws QapiError in QEMU's words */
export async function listenAt({ type, data }: SocketAddressLegacy, listener: Listener): Promise<Server[]> {
  switch (type) {
    case 'inet': return listenInet(data as unknown as InetSocketAddress, listener);
    case 'unix': return [await listenUnix(data as unknown as UnixSocketAddress, listener)];
    case 'fd': throw new QapiError(`File descriptor named '${String(data.str)}' has not been found`);
    case 'vsock': return refuseVsock(data as unknown as VsockSocketAddress);
  }
}

/** Node can only connect to files and networks. @throws QapiError always */
function refuseVsock({ cid, port }: VsockSocketAddress): never {
  for (const [name, value] of [['cid', cid], ['port', port]] as const) {
    if (!/^\d{1,10}$/.test(value) || Number(value) > MAX_UINT32) throw new QapiError(`Failed to parse ${name} '${value}'`);
  }
  throw new QapiError('Failed to bind socket: addresses of the type vsock are not supported here');
}

/** Node tells of a folder that is not there as of one that it may not enter. */
async function listenUnix({ path, abstract: isAbstract = false, tight = true }: UnixSocketAddress, listener: Listener): Promise<Server> {
  if (Buffer.byteLength(path) > LONGEST_PATH) throw new QapiError(`UNIX socket path '${path}' is too long`);
  if (isAbstract) return listenAbstract(path, tight, listener);
  if (path === '') throw new QapiError('UNIX socket path is empty');
  try {
    removeSocket(path);
    return await open({ path }, listener);
  } catch (error) {
    throw new QapiError(`Failed to bind socket to ${path}: ${existsSync(dirname(path)) ? reasonOf(error) : strerror('ENOENT')}`, { cause: error });
  }
}

async function listenAbstract(name: string, isTight: boolean, listener: Listener): Promise<Server> {
  try {
    return await open({ fd: bindAbstract(name, isTight) }, listener);
  } catch (error) {
    const reason = error instanceof HostError ? strerror(error.code) : (error as Error).message;
    throw new QapiError(`Failed to bind socket to ${name}: ${reason}`, { cause: error });
  }
}

/** The socket that another server has left behind, as QEMU does; any other file stays, and stays in the way. */
function removeSocket(path: string): void {
  if (lstatSync(path, { throwIfNoEntry: false })?.isSocket() === true) unlinkSync(path);
}

async function listenInet(address: InetSocketAddress, listener: Listener): Promise<Server[]> {
  const hosts = await resolveHosts(address);
  const first = portOf(address);
  const last = address.to ?? first;
  if (last < first) throw new QapiError('Failed to create a socket: Cannot assign requested address');
  const servers: Server[] = [];
  try {
    for (const host of hosts) servers.push(await listenInRange(host, { first, last }, listener));
  } catch (error) {
    for (const server of servers) server.close();
    throw error;
  }
  return servers;
}

async function listenInRange(host: string, { first, last }: { first: number; last: number }, listener: Listener): Promise<Server> {
  for (let port = first; ; port++) {
    try {
      return await open({ host, port, ipv6Only: host.includes(':') }, listener);
    } catch (error) {
      const isTaken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
      if (isTaken && port < last) continue;
      throw new QapiError(`Failed to ${isTaken ? 'find an available port' : 'bind socket'}: ${reasonOf(error)}`, { cause: error });
    }
  }
}

/** The numeric addresses that a host name stands for; no name stands for all of this machine's. */
async function resolveHosts({ host, port, ipv4, ipv6 }: InetSocketAddress): Promise<string[]> {
  if (ipv4 === false && ipv6 === false) throw new QapiError('Cannot disable IPv4 and IPv6 at same time');
  const families = [...(ipv4 ?? ipv6 !== true ? [4] : []), ...(ipv6 ?? ipv4 !== true ? [6] : [])];
  if (host === '') return families.map((family) => (family === 4 ? '0.0.0.0' : '::'));
  const found = await lookup(host, { all: true }).catch((error: unknown) => unresolved({ host, port }, 'Name or service not known', error));
  const fitting = found.filter(({ family }) => families.includes(family)).map(({ address }) => address);
  if (fitting.length === 0) unresolved({ host, port }, 'Address family for hostname not supported');
  return [...new Set(fitting)];
}

function portOf({ host, port }: InetSocketAddress): number {
  if (!/^\d{0,5}$/.test(port) || Number(port) > 65535) unresolved({ host, port }, 'Servname not supported for ai_socktype');
  return Number(port);
}

function unresolved({ host, port }: Pick<InetSocketAddress, 'host' | 'port'>, reason: string, cause?: unknown): never {
  throw new QapiError(`address resolution failed for ${host}:${port}: ${reason}`, { cause });
}

function open(options: ListenOptions | { readonly fd: number }, listener: Listener): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer({ allowHalfOpen: true }, listener);
    server.once('error', reject).listen(options, () => resolve(server.off('error', reject)));
  });
}

function reasonOf(error: unknown): string {
  const { code = 'EIO' } = error as NodeJS.ErrnoException;
  return strerror(code);
}
