import { native, errnoName, HostError } from './native.ts';

const SEEK_DATA = 3;
const SEEK_HOLE = 4;
const KEEP_SIZE = 1;
const PUNCH_HOLE = 2;
const ZERO_RANGE = 16;

/** A run of a file: stored bytes, or a hole that reads as zero. */
export interface FileRun {
  readonly kind: 'data' | 'hole';
  /** Where the run ends (exclusive), at most the `end` that was asked for. */
  readonly end: number;
}

/** The run at `offset`, which lies before `end`, itself at most the file's length. Where the host cannot tell, all is data. */
export function fileRunAt(fd: number, offset: number, end: number): FileRun {
  const calls = native();
  if (calls === undefined) return { kind: 'data', end };
  const data = calls.lseek(fd, offset, SEEK_DATA);
  if (data < 0) return errnoName(calls.errno()) === 'ENXIO' ? { kind: 'hole', end } : { kind: 'data', end };
  if (data > offset) return { kind: 'hole', end: Math.min(data, end) };
  const hole = calls.lseek(fd, offset, SEEK_HOLE);
  return { kind: 'data', end: hole > offset ? Math.min(hole, end) : end };
}

/** As fileRunAt(), off the main thread: some file systems walk all pages up to the run's end, a millisecond for every 50 MiB or so. */
export async function findFileRun(fd: number, offset: number, end: number): Promise<FileRun> {
  const calls = native();
  if (calls === undefined) return { kind: 'data', end };
  const data = await calls.seek(fd, offset, SEEK_DATA).catch((error: unknown) => (isPastData(error) ? end : offset));
  if (data > offset) return { kind: 'hole', end: Math.min(data, end) };
  const hole = await calls.seek(fd, offset, SEEK_HOLE).catch(() => end);
  return { kind: 'data', end: hole > offset ? Math.min(hole, end) : end };
}

const isPastData = (error: unknown): boolean => error instanceof HostError && error.code === 'ENXIO';

/** Frees a range, which then reads as zero. Resolves false when the host cannot; the content is then unchanged. */
export async function punchHole(fd: number, offset: number, length: number): Promise<boolean> {
  return allocate(fd, PUNCH_HOLE | KEEP_SIZE, offset, length);
}

/** Makes a range read as zero and keeps its space; the file grows if the range ends beyond it. Resolves false when the host cannot. */
export async function zeroRange(fd: number, offset: number, length: number): Promise<boolean> {
  if (await allocate(fd, ZERO_RANGE, offset, length)) return true;
  return (await punchHole(fd, offset, length)) && (await reserveRange(fd, offset, length));
}

/** Takes the space of a range without changing what it reads as. Resolves false when the host cannot. */
export async function reserveRange(fd: number, offset: number, length: number): Promise<boolean> {
  return allocate(fd, 0, offset, length);
}

const UNSUPPORTED = new Set(['EOPNOTSUPP', 'ENOTSUP', 'ENOSYS', 'EINVAL', 'ENODEV', 'EPERM']);

async function allocate(fd: number, mode: number, offset: number, length: number): Promise<boolean> {
  const calls = native();
  if (calls === undefined) return false;
  try {
    await calls.fallocate(fd, mode, offset, length);
    return true;
  } catch (error) {
    if (error instanceof HostError && UNSUPPORTED.has(error.code)) return false;
    throw error;
  }
}
