import { drivers } from './drivers.ts';
import { foreignFormat } from './foreign-formats.ts';
import { strerror } from './errnos.ts';
import { IoError } from './io-error.ts';
import { QapiError } from '../qapi/qapi-error.ts';
import type { BlockDriver } from './driver.ts';
import type { BlockNode } from './node.ts';

const HEAD = 2048;

/** The driver that is surest of a file's first bytes; raw when no other claims it. @throws QapiError when they cannot be read or are another format's */
export async function probeFormat(file: BlockNode): Promise<BlockDriver> {
  const head = Buffer.alloc(Math.min(HEAD, file.image.length));
  try {
    if (head.length > 0) await file.io.read(0, head);
  } catch (error) {
    if (!(error instanceof IoError)) throw error;
    throw new QapiError(`Could not read image for determining its format: ${strerror(error.code)}`, { cause: error });
  }
  const driver = await surestDriver(head, file.filename);
  const foreign = driver.name === 'raw' ? foreignFormat(head) : undefined;
  if (foreign !== undefined && !drivers.has(foreign)) {
    throw new QapiError(`'${file.filename}' is an image in ${foreign} format, which has no driver here; format raw opens it as plain bytes`);
  }
  return driver;
}

/** The driver that claims these first bytes of a file. */
export async function surestDriver(head: Buffer, filename: string): Promise<BlockDriver> {
  const candidates = (await drivers.loadAll()).map((driver) => ({ driver, score: driver.probe?.(head, filename) ?? 0 }));
  return candidates.reduce((best, candidate) => (candidate.score > best.score ? candidate : best)).driver;
}

/** A driver by name. @throws QapiError when this engine has none of that name */
export async function findDriver(name: string): Promise<BlockDriver> {
  const driver = await drivers.load(name);
  if (driver === undefined) throw new QapiError(`Unknown driver '${name}'`);
  return driver;
}
