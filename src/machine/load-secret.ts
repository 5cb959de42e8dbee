import { createDecipheriv } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { strerror } from '../block/io-error.ts';
import { QapiError } from '../qapi/qapi-error.ts';

export interface SecretOptions {
  readonly data?: string;
  readonly file?: string;
  readonly format?: 'raw' | 'base64';
  readonly keyid?: string;
  readonly iv?: string;
}

const KEY_LENGTH = 32;
const IV_LENGTH = 16;

/** The bytes of a secret, given those that are known already. @throws QapiError in QEMU's words */
export function loadSecret({ data, file, format, keyid, iv }: SecretOptions, known: ReadonlyMap<string, Buffer>): Buffer {
  if (data !== undefined && file !== undefined) throw new QapiError("'file' and 'data' are mutually exclusive");
  if (data === undefined && file === undefined) throw new QapiError("Either 'file' or 'data' must be provided");
  const given = file === undefined ? Buffer.from(data!) : readSecret(file);
  const bytes = format === 'base64' ? decode(given.toString('latin1')) : given;
  return keyid === undefined ? bytes : decrypt(bytes, keyOf(keyid, known), iv);
}

function readSecret(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    const { code = 'EIO' } = error as NodeJS.ErrnoException;
    const action = code === 'EISDIR' ? 'Error reading' : 'Failed to open';
    throw new QapiError(`Unable to read ${file}: ${action} file “${file}”: ${strerror(code)}`, { cause: error });
  }
}

function decode(text: string): Buffer {
  if (!/^[A-Za-z0-9+/=\s]*$/.test(text)) throw new QapiError('Base64 data contains invalid characters');
  return Buffer.from(text, 'base64');
}

function keyOf(id: string, known: ReadonlyMap<string, Buffer>): Buffer {
  const key = known.get(id);
  if (key === undefined) throw new QapiError(`No secret with id '${id}'`);
  if (key.length !== KEY_LENGTH) throw new QapiError('Key should be 32 bytes in length');
  return key;
}

function decrypt(bytes: Buffer, key: Buffer, iv: string | undefined): Buffer {
  if (iv === undefined) throw new QapiError('IV is required to decrypt secret');
  const vector = decode(iv);
  if (vector.length !== IV_LENGTH) throw new QapiError(`IV should be 16 bytes in length not ${vector.length}`);
  const cipher = createDecipheriv('aes-256-cbc', key, vector);
  try {
    return Buffer.concat([cipher.update(bytes), cipher.final()]);
  } catch (error) {
    throw new QapiError('Unable to decrypt the secret', { cause: error });
  }
}
