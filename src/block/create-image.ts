import * as fs from 'node:fs';
import { closeFile, openFile } from '../host/file.ts';
import { lockingFailure } from '../host/locks.ts';
import { checkArguments } from '../qapi/check.ts';
import { QapiError } from '../qapi/qapi-error.ts';
import { struct } from '../qapi/schema.ts';
import { drivers } from './drivers.ts';
import { protocolOf } from './filename.ts';
import { codeOf } from './host-failure.ts';
import { HostFile } from './host-file.ts';
import type { HostFileInit } from './host-file.ts';
import { IoError, strerror } from './io-error.ts';
import { NodeIo } from './io.ts';
import { rememberOwnFile } from './own-files.ts';
import type { BlockDriver } from './driver.ts';
import type { Access } from './permissions.ts';

export interface CreateImageRequest {
  readonly filename: string;
  readonly format: string;
  /** Bytes. */
  readonly size: number;
  readonly backing?: { readonly filename: string; readonly format?: string };
  /** Options of the format's `create`. */
  readonly options?: Readonly<Record<string, unknown>>;
  /** Off: nobody else knows of the file, so nobody is kept out while it is made. */
  readonly locking?: 'off';
}

type Create = NonNullable<BlockDriver['create']>;

const SECTOR = 512;

/** What writing a new image into a file takes. */
const CREATING: Access = { needs: ['write', 'resize'], shares: ['consistent read', 'write', 'write unchanged'] };

/** Creates a file (an existing one is emptied) with an empty image in it. A failure removes the file if it was not there before. */
export async function createImage(request: CreateImageRequest): Promise<void> {
  const create = await findCreate(request.format);
  const options = checkCreateOptions(create, request);
  const filename = protocolOf(request.filename) === 'file' ? request.filename.slice('file:'.length) : request.filename;
  const existed = fs.existsSync(filename);
  const file = await createFile({ filename, existed, locking: request.locking });
  try {
    const size = Math.ceil(request.size / SECTOR) * SECTOR;
    await create.create({ file: gateOf(file), size, options });
    await file.flush();
  } catch (error) {
    if (!existed) fs.rmSync(filename, { force: true });
    throw error instanceof IoError ? couldNotCreate(filename, error) : error;
  } finally {
    await file.close();
  }
}

async function findCreate(format: string): Promise<Create> {
  const driver = await drivers.load(format);
  if (driver === undefined) throw new QapiError(`Unknown file format '${format}'`);
  if (driver.create === undefined) throw new QapiError(`Format driver '${format}' does not support image creation`);
  return driver.create;
}

function checkCreateOptions(create: Create, { format, filename, size, backing, options }: CreateImageRequest): Record<string, unknown> {
  if (!Number.isSafeInteger(size) || size < 0) throw new QapiError(`The image size is too large for file format '${format}'`);
  if (backing !== undefined && !('*backing-file' in create.options)) {
    throw new QapiError(`Backing file not supported for file format '${format}'`);
  }
  if (backing?.filename === filename) throw new QapiError('Error: Trying to create an image with the same filename as the backing file');
  const all = {
    ...options,
    ...(backing === undefined ? {} : { 'backing-file': backing.filename }),
    ...(backing?.format === undefined ? {} : { 'backing-fmt': backing.format }),
  };
  return checkArguments(struct('', create.options), all);
}

/** Empties only a file that nobody uses; it stays locked until it is closed. */
async function createFile({ filename, existed, locking }: { filename: string; existed: boolean; locking?: 'off' }): Promise<HostFile> {
  const descriptor = await openFile(filename, fs.constants.O_RDWR | fs.constants.O_CREAT).catch((error: unknown) => {
    throw couldNotCreate(filename, new IoError(codeOf(error), 'create', { cause: error }));
  });
  try {
    const locks = locking === 'off' ? undefined : locksOn(descriptor, { filename, existed });
    const file = new HostFile({ filename, descriptor, length: 0, fixed: false, ...(locks !== undefined && { locks }) });
    file.lock?.prepare(CREATING);
    if (fs.fstatSync(descriptor).isFile()) fs.ftruncateSync(descriptor, 0);
    if (!existed) rememberOwnFile(descriptor);
    return file;
  } catch (error) {
    await closeFile(descriptor);
    throw error;
  }
}

/** A new file may be written where files cannot be locked; one that somebody may be using is not emptied there. */
function locksOn(descriptor: number, { filename, existed }: { filename: string; existed: boolean }): HostFileInit['locks'] {
  const failure = lockingFailure(descriptor);
  if (failure !== undefined && existed) throw new QapiError(`Could not lock '${filename}': ${failure}`);
  return failure === undefined ? 'taken' : { failure };
}

function gateOf(file: HostFile): NodeIo {
  return new NodeIo(file, { name: file.filename, readOnly: false, unmap: true, detectZeroes: 'off', growable: true, noFlush: false });
}

function couldNotCreate(filename: string, cause: IoError): QapiError {
  return new QapiError(`Could not create '${filename}': ${strerror(cause.code)}`, { cause });
}
