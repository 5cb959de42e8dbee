import * as fs from 'node:fs';
import { checkArguments } from '../qapi/check.ts';
import { QapiError } from '../qapi/qapi-error.ts';
import { struct } from '../qapi/schema.ts';
import { drivers } from './drivers.ts';
import { protocolOf } from './filename.ts';
import { couldNotCreate, createHostFile } from './create-host-file.ts';
import type { HostFile } from './host-file.ts';
import { IoError } from './io-error.ts';
import { NodeIo } from './io.ts';
import type { BlockDriver } from './driver.ts';

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

/** Creates a file (an existing one is emptied) with an empty image in it. A failure removes the file if it was not there before. */
export async function createImage(request: CreateImageRequest): Promise<void> {
  const create = await findCreate(request.format);
  const options = checkCreateOptions(create, request);
  const filename = protocolOf(request.filename) === 'file' ? request.filename.slice('file:'.length) : request.filename;
  const existed = fs.existsSync(filename);
  const file = await createHostFile({ filename, existed, locking: request.locking });
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

function gateOf(file: HostFile): NodeIo {
  return new NodeIo(file, { name: file.filename, readOnly: false, unmap: true, detectZeroes: 'off', growable: true, noFlush: false });
}
