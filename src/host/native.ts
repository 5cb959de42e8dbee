import { createRequire } from 'node:module';
import { constants } from 'node:os';
import type * as Koffi from 'koffi';

/** The few system calls that Node does not offer, called through koffi. Positions and lengths are bytes. */
export interface Native {
  lseek(fd: number, offset: number, whence: number): number;
  /** The same off the main thread; rejects with HostError. */
  seek(fd: number, offset: number, whence: number): Promise<number>;
  fallocate(fd: number, mode: number, offset: number, length: number): Promise<number>;
  /** Positions are one-element arrays, as the call moves them on. */
  copyFileRange(inFd: number, inOffset: number[], outFd: number, outOffset: number[], length: number): Promise<number>;
  /** Absent where the C library has none; one buffer, `flags` as RWF_*. Bytes, or -1. */
  readonly preadv2?: VectorCall;
  readonly pwritev2?: VectorCall;
  /** `argument` is the call's structure, which it may fill. */
  fcntl(fd: number, command: number, argument: Buffer): number;
  /** A descriptor, or -1. */
  socket(domain: number, type: number, protocol: number): number;
  /** `address` is the call's structure; its length counts. 0, or -1. */
  bind(fd: number, address: Buffer): number;
  errno(): number;
}

export type VectorCall = (fd: number, bytes: Buffer, offset: number, flags: number) => number;

/** A system call failed; `code` is the errno's name, as in Node's own errors. */
export class HostError extends Error {
  readonly code: string;

  constructor(code: string, call: string) {
    super(`${call} failed: ${code}`);
    this.name = 'HostError';
    this.code = code;
  }
}

let loaded: { readonly native: Native | undefined; readonly reason?: string } | undefined;

/** The system calls, loaded on first need; undefined where koffi or the calls do not exist. */
export function native(): Native | undefined {
  loaded ??= load();
  return loaded.native;
}

/** As native(), but loads nothing: what merely saves time must not cost time at the start of a program. */
export function nativeIfLoaded(): Native | undefined {
  return loaded?.native;
}

/** Why native() is undefined; undefined while it works. */
export function nativeFailure(): string | undefined {
  loaded ??= load();
  return loaded.reason;
}

/** The name of an errno: 'ENOSPC'. */
export function errnoName(errno: number): string {
  return Object.entries(constants.errno).find(([, value]) => value === errno)?.[0] ?? `errno ${errno}`;
}

function load(): NonNullable<typeof loaded> {
  if (process.platform !== 'linux') return { native: undefined, reason: `no system calls on ${process.platform}` };
  try {
    return { native: bind() };
  } catch (error) {
    return { native: undefined, reason: `koffi cannot be loaded: ${String(error instanceof Error ? error.message : error).split('\n', 1)[0]}` };
  }
}

type AsyncCall = (...args: unknown[]) => void;

function bind(): Native {
  const koffi = createRequire(import.meta.url)('koffi') as typeof Koffi;
  const library = koffi.load(null);
  const lseek = library.func('int64_t lseek(int fd, int64_t offset, int whence)');
  const fallocate = library.func('int fallocate(int fd, int mode, int64_t offset, int64_t length)');
  const fcntl = library.func('int fcntl(int fd, int command, void *argument)');
  const socket = library.func('int socket(int domain, int type, int protocol)');
  const bindSocket = library.func('int bind(int fd, void *address, uint length)');
  const position = koffi.inout(koffi.pointer('int64_t'));
  const copyFileRange = library.func('copy_file_range', 'int64_t', ['int', position, 'int', position, 'size_t', 'uint']);
  const vector = koffi.pointer(koffi.struct({ base: 'void *', length: 'size_t' }));
  const vectorCall = (name: 'preadv2' | 'pwritev2'): { readonly [name: string]: VectorCall } => {
    // In glibc since 2.26, in musl since 1.2.5.
    if (!hasFunction(library, name)) return {};
    const call = library.func(name, 'int64_t', ['int', vector, 'int', 'int64_t', 'int']) as (...args: unknown[]) => number;
    return { [name]: (fd, bytes, offset, flags) => Number(call(fd, { base: bytes, length: bytes.length }, 1, offset, flags)) };
  };
  const promised = (call: string, run: AsyncCall) => (...args: unknown[]) => new Promise<number>((resolve, reject) => {
    run(...args, (error: Error | null, result: number) => {
      if (error !== null) reject(error);
      else if (result < 0) reject(new HostError(errnoName(koffi.errno()), call));
      else resolve(result);
    });
  });
  const copy = promised('copy_file_range', copyFileRange.async as AsyncCall);
  const seek = promised('lseek', lseek.async as AsyncCall);
  return {
    lseek: (fd, offset, whence) => Number((lseek as (...args: number[]) => number)(fd, offset, whence)),
    seek: async (fd, offset, whence) => Number(await seek(fd, offset, whence)),
    fallocate: promised('fallocate', fallocate.async as AsyncCall),
    copyFileRange: (...args) => copy(...args, 0),
    ...vectorCall('preadv2'),
    ...vectorCall('pwritev2'),
    fcntl: (fd, command, argument) => (fcntl as (...args: unknown[]) => number)(fd, command, argument),
    socket: (...args) => (socket as (...args: number[]) => number)(...args),
    bind: (fd, address) => (bindSocket as (...args: unknown[]) => number)(fd, address, address.length),
    errno: () => koffi.errno(),
  };
}

function hasFunction(library: Koffi.LibraryHandle, name: string): boolean {
  try {
    library.symbol(name);
    return true;
  } catch {
    return false;
  }
}
