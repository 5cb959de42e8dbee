import * as fs from 'node:fs';

// Callbacks, not fs.promises: one promise a request instead of a handful, and no FileHandle in between.

/** Largest piece of one system call, in bytes. */
const PIECE = 1 << 30;

/** Opens a file; flags as `fs.constants.O_*`. */
export function openFile(path: string, flags: number, mode = 0o644): Promise<number> {
  return new Promise((resolve, reject) => fs.open(path, flags, mode, (error, fd) => (error ? reject(error) : resolve(fd))));
}

export function closeFile(fd: number): Promise<void> {
  return new Promise((resolve, reject) => fs.close(fd, (error) => (error ? reject(error) : resolve())));
}

/** Fills `into` from `offset`; what lies beyond the end of the file is zero. */
export function readFully(fd: number, offset: number, into: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    const step = (done: number): void => {
      fs.read(fd, into, done, Math.min(PIECE, into.length - done), offset + done, (error, count) => {
        if (error) return reject(error);
        if (count === 0) into.fill(0, done);
        if (count === 0 || done + count === into.length) return resolve();
        step(done + count);
      });
    };
    step(0);
  });
}

/** Writes all of `from` at `offset`. */
export function writeFully(fd: number, offset: number, from: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    const step = (done: number): void => {
      fs.write(fd, from, done, Math.min(PIECE, from.length - done), offset + done, (error, count) => {
        if (error) return reject(error);
        if (done + count === from.length) return resolve();
        step(done + count);
      });
    };
    step(0);
  });
}

/** Data, and the metadata needed to read it, are on stable storage. */
export function syncData(fd: number): Promise<void> {
  return new Promise((resolve, reject) => fs.fdatasync(fd, (error) => (error ? reject(error) : resolve())));
}

export function truncateFile(fd: number, length: number): Promise<void> {
  return new Promise((resolve, reject) => fs.ftruncate(fd, length, (error) => (error ? reject(error) : resolve())));
}

/** Bytes that an open file takes. The kernel knows them without I/O: waiting for a thread would take fifty times as long. */
export async function allocatedBytes(fd: number): Promise<number> {
  return fs.fstatSync(fd).blocks * 512;
}

export function statFile(fd: number): Promise<fs.Stats> {
  return new Promise((resolve, reject) => fs.fstat(fd, (error, stats) => (error ? reject(error) : resolve(stats))));
}
