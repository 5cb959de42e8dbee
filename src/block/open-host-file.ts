import * as fs from 'node:fs';
import { closeFile, openFile, statFile } from '../host/file.ts';
import { QapiError } from '../qapi/qapi-error.ts';
import { codeOf } from './host-failure.ts';
import { HostFile } from './host-file.ts';
import { IoError, strerror } from './io-error.ts';

/** What a path must be for a driver. */
export interface HostFileKind {
  readonly driver: string;
  /** The end of QEMU's sentence `'file' driver requires 'x' to be ...`. */
  readonly wanted: string;
  accepts(stats: fs.Stats): boolean;
  /** The length cannot change (devices). */
  readonly fixed: boolean;
}

/** Opens a host file. @throws QapiError `Could not open 'x': ...`, its cause an IoError with the errno */
export async function openHostFile(filename: string, readOnly: boolean, kind: HostFileKind): Promise<HostFile> {
  checkFilename(filename, kind.driver);
  await checkNoPipe(filename, kind);
  const flags = readOnly ? fs.constants.O_RDONLY : fs.constants.O_RDWR;
  const descriptor = await attempt(filename, openFile(filename, flags));
  try {
    const stats = await attempt(filename, statFile(descriptor));
    checkKind(filename, stats, kind);
    const length = stats.isBlockDevice() ? await deviceLength(stats.rdev) : stats.size;
    return new HostFile({ filename, descriptor, length, fixed: kind.fixed });
  } catch (error) {
    await closeFile(descriptor);
    throw error;
  }
}

/** Opening a named pipe would wait for its other end. */
async function checkNoPipe(filename: string, kind: HostFileKind): Promise<void> {
  const stats = await attempt(filename, fs.promises.stat(filename));
  if (stats.isFIFO() || stats.isSocket()) checkKind(filename, stats, kind);
}

function checkFilename(filename: string, driver: string): void {
  if (filename === '') throw new QapiError(`The '${driver}' block driver requires a file name`);
  if (filename.includes('\0')) throw couldNotOpen(filename, new IoError('EINVAL', 'open'));
}

function checkKind(filename: string, stats: fs.Stats, kind: HostFileKind): void {
  if (!kind.accepts(stats)) throw new QapiError(`'${kind.driver}' driver requires '${filename}' to be ${kind.wanted}`);
}

async function attempt<T>(filename: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw couldNotOpen(filename, new IoError(codeOf(error), 'open', { cause: error }));
  }
}

function couldNotOpen(filename: string, cause: IoError): QapiError {
  return new QapiError(`Could not open '${filename}': ${strerror(cause.code)}`, { cause });
}

/** Bytes of a block device, as sysfs tells (a device's stat has no size). */
async function deviceLength(device: number): Promise<number> {
  const major = (device >>> 8) & 0xfff;
  const minor = (device & 0xff) | ((device >>> 12) & 0xfff00);
  return Number(await fs.promises.readFile(`/sys/dev/block/${major}:${minor}/size`, 'utf8')) * 512;
}
