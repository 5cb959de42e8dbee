import { createDecipheriv } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { strerror } from '../block/errnos.ts';
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
const CIPHER_BLOCK = 16;

/** The bytes of a secret, given how to find the one that it is encrypted with. @throws QapiError in QEMU's words */
export function loadSecret({ data, file, format, keyid, iv }: SecretOptions, find: (id: string) => Buffer): Buffer {
  if (data !== undefined && file !== undefined) throw new QapiError("'file' and 'data' are mutually exclusive");
  if (data === undefined && file === undefined) throw new QapiError("Either 'file' or 'data' must be provided");
  const given = file === undefined ? Buffer.from(data!) : readSecret(file);
  const bytes = format === 'base64' ? decode(given.toString('latin1')) : given;
  return keyid === undefined ? bytes : decrypt(bytes, find(keyid), iv);
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
  const digits = text.replace(/\s/g, '');
  // What no group of four is made of says nothing.
  return Buffer.from(digits.slice(0, digits.length - digits.length % 4), 'base64');
}

function decrypt(bytes: Buffer, key: Buffer, iv: string | undefined): Buffer {
  if (key.length !== KEY_LENGTH) throw new QapiError('Key should be 32 bytes in length');
  if (iv === undefined) throw new QapiError('IV is required to decrypt secret');
  const vector = decode(iv);
  if (vector.length !== IV_LENGTH) throw new QapiError(`IV should be 16 bytes in length not ${vector.length}`);
  if (bytes.length % CIPHER_BLOCK !== 0) throw new QapiError(`Length ${bytes.length} must be a multiple of block size ${CIPHER_BLOCK}`);
  const cipher = createDecipheriv('aes-256-cbc', key, vector).setAutoPadding(false);
  const plain = Buffer.concat([cipher.update(bytes), cipher.final()]);
  const padding = plain.at(-1) ?? 0;
  if (padding > CIPHER_BLOCK) throw new QapiError(`Incorrect number of padding bytes (${padding}) found on decrypted data`);
  return plain.subarray(0, plain.length - padding);
}
