import { X509Certificate } from 'node:crypto';
import { accessSync, readFileSync } from 'node:fs';
import { strerror } from '../block/errnos.ts';
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

/** Checks that the files of certificates are there and, unless told otherwise, that they hold some. @throws QapiError in QEMU's words */
export function checkX509({ dir, endpoint = 'client', 'sanity-check': isStrict = true }: Properties): void {
  const folder = folderOf(dir);
  const names = endpoint === 'server' ? ['ca-cert.pem', 'server-cert.pem', 'server-key.pem'] : ['ca-cert.pem'];
  for (const name of names) checkAccess(`${folder}/${name}`);
  if (isStrict === false) return;
  if (endpoint === 'server') {
    const file = `${folder}/server-cert.pem`;
    if (!holdsCertificate(file)) throw new QapiError(`Unable to import server certificate ${file}: Base64 unexpected header error.`);
  }
  const file = `${folder}/ca-cert.pem`;
  if (!holdsCertificate(file)) throw new QapiError(`Unable to import CA certificate list ${file}`);
}

/** Checks that the file of shared keys is there and knows a client's name. @throws QapiError in QEMU's words */
export function checkPsk({ dir, endpoint = 'client', username }: Properties): void {
  const folder = folderOf(dir);
  if (endpoint === 'server' && username !== undefined) throw new QapiError('username should not be set when endpoint=server');
  const file = `${folder}/keys.psk`;
  checkAccess(file);
  if (endpoint === 'server') return;
  const user = typeof username === 'string' ? username : 'qemu';
  const isKnown = readFileSync(file, 'utf8').split('\n').some((line) => line.startsWith(`${user}:`));
  if (!isKnown) throw new QapiError(`Username ${user} not found in PSK file ${file}`);
}

function holdsCertificate(file: string): boolean {
  try {
    return new X509Certificate(readFileSync(file)).raw.length > 0;
  } catch {
    return false;
  }
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
