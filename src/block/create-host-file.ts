import * as fs from 'node:fs';
import { closeFile, openFile } from '../host/file.ts';
import { lockingFailure } from '../host/locks.ts';
import { QapiError } from '../qapi/qapi-error.ts';
import { codeOf } from './host-failure.ts';
import { HostFile } from './host-file.ts';
import type { HostFileInit } from './host-file.ts';
import { strerror } from './errnos.ts';
import { IoError } from './io-error.ts';
import { rememberOwnFile } from './own-files.ts';
import type { Access } from './permissions.ts';

/** What writing a new image into a file takes. */
const CREATING: Access = { needs: ['write', 'resize'], shares: ['consistent read', 'write', 'write unchanged'] };

/** Empties only a file that nobody uses; it stays locked until it is closed. */
export async function createHostFile({ filename, existed, locking }: { filename: string; existed: boolean; locking?: 'off' }): Promise<HostFile> {
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

/** What is said when a file cannot be made. */
export function couldNotCreate(filename: string, cause: IoError): QapiError {
  return new QapiError(`Could not create '${filename}': ${strerror(cause.code)}`, { cause });
}
