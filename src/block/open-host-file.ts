import * as fs from 'node:fs';
import { closeFile, openFile, statFile } from '../host/file.ts';
import { lockingFailure } from '../host/locks.ts';
import { QapiError } from '../qapi/qapi-error.ts';
import { codeOf } from './host-failure.ts';
import { HostFile } from './host-file.ts';
import { strerror } from './errnos.ts';
import { IoError } from './io-error.ts';
import type { OpenImage } from './driver.ts';
import { isOwnFile } from './own-files.ts';
import type { HostFileInit } from './host-file.ts';

/** What a path must be for a driver. */
export interface HostFileKind {
  readonly driver: string;
  /** The end of QEMU's sentence `'file' driver requires 'x' to be ...`. */
  readonly wanted: string;
  accepts(stats: fs.Stats): boolean;
  /** The length cannot change (devices). */
  readonly fixed: boolean;
}

/** How a path is to be opened. */
export interface HostFileRequest {
  readonly filename: string;
  readonly readOnly: boolean;
  /** `auto` (the default): locked where that is possible, elsewhere opened read-only unless this process has made it. */
  readonly locking?: 'on' | 'off' | 'auto';
  /** The opening of the same file that this one takes the place of. */
  readonly former?: OpenImage;
}

/** Opens a host file. @throws QapiError `Could not open 'x': ...`, its cause an IoError with the errno */
export async function openHostFile(request: HostFileRequest, kind: HostFileKind): Promise<HostFile> {
  checkFilename(request.filename, kind.driver);
  await checkNoPipe(request.filename, kind);
  const file = await openOnce(request, kind);
  if (request.readOnly || file.lockFailure === undefined) return file;
  await file.close();
  return openOnce({ ...request, readOnly: true }, kind);
}

async function openOnce({ filename, readOnly, locking = 'auto', former }: HostFileRequest, kind: HostFileKind): Promise<HostFile> {
  const flags = readOnly ? fs.constants.O_RDONLY : fs.constants.O_RDWR;
  const descriptor = await attempt(filename, openFile(filename, flags));
  try {
    const stats = await attempt(filename, statFile(descriptor));
    checkKind(filename, stats, kind);
    const length = stats.isBlockDevice() ? await deviceLength(stats.rdev) : stats.size;
    const locks = former?.lock?.copyTo(descriptor) ?? locksOf(descriptor, filename, locking);
    return new HostFile({ filename, descriptor, length, fixed: kind.fixed, ...(locks !== undefined && { locks }) });
  } catch (error) {
    await closeFile(descriptor);
    throw error;
  }
}

function locksOf(descriptor: number, filename: string, locking: 'on' | 'off' | 'auto'): HostFileInit['locks'] {
  if (locking === 'off') return undefined;
  const failure = lockingFailure(descriptor);
  if (failure === undefined) return 'taken';
  if (locking === 'on') throw new QapiError(`Could not lock '${filename}': ${failure}`);
  if (isOwnFile(descriptor)) return undefined;
  return { failure };
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
