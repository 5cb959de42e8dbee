import { accessSync } from 'node:fs';
import { join } from 'node:path';
import { strerror } from '../block/io-error.ts';
import { QapiError } from '../qapi/qapi-error.ts';

type Properties = Readonly<Record<string, unknown>>;

const LARGEST = (1n << 63n) - 1n;

/** Checks what an iothread is to be. @throws QapiError in QEMU's words */
export function checkIothread(properties: Properties): void {
  for (const [name, value] of Object.entries(properties)) {
    if ((value as number) < 0) throw new QapiError(`${name} value must be in range [0, ${LARGEST}]`);
  }
  const { 'thread-pool-min': min = 0, 'thread-pool-max': max = 64 } = properties as Record<string, number | undefined>;
  if (min > max || max === 0) throw new QapiError('bad thread-pool-min/thread-pool-max values');
}

/** Checks that the files of certificates are there. @throws QapiError in QEMU's words */
export function checkX509({ dir, endpoint = 'client' }: Properties): void {
  const folder = folderOf(dir);
  const names = endpoint === 'server' ? ['ca-cert.pem', 'server-cert.pem', 'server-key.pem'] : ['ca-cert.pem'];
  for (const name of names) checkAccess(join(folder, name));
}

/** Checks that the file of shared keys is there. @throws QapiError in QEMU's words */
export function checkPsk({ dir, endpoint = 'client', username }: Properties): void {
  const folder = folderOf(dir);
  if (endpoint === 'server' && username !== undefined) throw new QapiError('username should not be set when endpoint=server');
  checkAccess(join(folder, 'keys.psk'));
}

function folderOf(dir: unknown): string {
  if (typeof dir !== 'string') throw new QapiError("Missing 'dir' property value");
  return dir;
}

function checkAccess(path: string): void {
  try {
    accessSync(path);
  } catch (error) {
    const { code = 'EIO' } = error as NodeJS.ErrnoException;
    throw new QapiError(`Unable to access credentials ${path}: ${strerror(code)}`, { cause: error });
  }
}
