import { closeSync } from 'node:fs';
import { errnoName, HostError, native, nativeFailure } from './native.ts';

const AF_UNIX = 1;
const SOCK_STREAM = 1;
const SOCK_CLOEXEC = 0o2000000;

/** Bytes that the kernel has for a name, the zero that makes it abstract included. */
const ROOM = 108;

/**
 * Binds a new UNIX socket to a name that is in no folder and ends with it; a tight one has no zeroes behind it. Node itself would fill it up.
 * @returns the descriptor, which is the caller's to close @throws HostError when the name is taken, Error where the calls do not exist
 */
export function bindAbstract(name: string, isTight: boolean): number {
  const calls = native();
  if (calls === undefined) throw new Error(nativeFailure());
  const fd = calls.socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) throw new HostError(errnoName(calls.errno()), 'socket');
  if (calls.bind(fd, addressOf(Buffer.from(name), isTight)) === 0) return fd;
  const code = errnoName(calls.errno());
  closeSync(fd);
  throw new HostError(code, 'bind');
}

/** The kernel's structure: the family, a zero, the name. */
function addressOf(name: Buffer, isTight: boolean): Buffer {
  const address = Buffer.alloc(2 + (isTight ? 1 + name.length : ROOM));
  new Uint16Array(address.buffer, address.byteOffset, 1)[0] = AF_UNIX;
  name.copy(address, 3);
  return address;
}
