import { errnoName, HostError, native, nativeFailure } from './native.ts';

// Locks of open file descriptions: they belong to one opening of a file, whatever else this process has open, and end with it.
// Their numbers, and the layout of `struct flock`, are the same for x64 and arm64.

const OFD_GETLK = 36;
const OFD_SETLK = 37;
const SHARED = 0;
const EXCLUSIVE = 1;
const NONE = 2;

/** Bytes of `struct flock`: type (2 bytes), whence (2), start at 8, length at 16, process at 24, padding. */
const FLOCK_BYTES = 32;

/** A byte that nobody gives a meaning to, for trying whether a file can be locked at all. */
const TRIAL = 99;

/** Why no file at all can be locked here; undefined when the file systems decide. */
export function platformLockingFailure(): string | undefined {
  if (native() === undefined) return nativeFailure();
  return process.arch === 'x64' || process.arch === 'arm64' ? undefined : `no locks on ${process.arch}`;
}

/** Why an open file cannot be locked here; undefined when it can. */
export function lockingFailure(fd: number): string | undefined {
  const failure = platformLockingFailure();
  if (failure !== undefined) return failure;
  try {
    lockShared(fd, TRIAL, 1);
    unlock(fd, TRIAL, 1);
    return undefined;
  } catch (error) {
    if (error instanceof HostError) return error.code === 'EAGAIN' ? undefined : error.message;
    throw error;
  }
}

/** Takes a shared lock on bytes, at once or not at all. @throws HostError, EAGAIN when somebody holds an exclusive one */
export function lockShared(fd: number, start: number, length: number): void {
  call(fd, OFD_SETLK, { type: SHARED, start, length });
}

/** Gives back what is locked of these bytes. @throws HostError */
export function unlock(fd: number, start: number, length: number): void {
  call(fd, OFD_SETLK, { type: NONE, start, length });
}

/** Whether anyone else has locked one of these bytes, shared or not. @throws HostError */
export function isLockedByOthers(fd: number, start: number, length: number): boolean {
  return call(fd, OFD_GETLK, { type: EXCLUSIVE, start, length }) !== NONE;
}

/** @returns the type of lock that the call leaves behind */
function call(fd: number, command: number, lock: { type: number; start: number; length: number }): number {
  const calls = native();
  if (calls === undefined) throw new HostError('ENOSYS', 'fcntl');
  const flock = Buffer.alloc(FLOCK_BYTES);
  flock.writeInt16LE(lock.type, 0);
  flock.writeBigInt64LE(BigInt(lock.start), 8);
  flock.writeBigInt64LE(BigInt(lock.length), 16);
  if (calls.fcntl(fd, command, flock) >= 0) return flock.readInt16LE(0);
  const code = errnoName(calls.errno());
  throw new HostError(code === 'EACCES' ? 'EAGAIN' : code, 'fcntl');
}
