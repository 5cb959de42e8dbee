import { open } from 'node:fs/promises';
import { InputError } from './failure.ts';

/**
 * Opens a script; its lines are read as they are needed. An image given by mistake is refused instead of being run line by line.
 * @throws InputError when it cannot be read or is no text
 */
export async function openScript(file: string): Promise<AsyncIterable<string>> {
  const handle = await open(file).catch((error: Error) => {
    throw new InputError(`cannot read the script '${file}': ${error.message}`, { cause: error });
  });
  try {
    const head = await handle.read(Buffer.alloc(512), 0, 512, 0);
    if (head.buffer.subarray(0, head.bytesRead).includes(0)) throw new InputError(`'${file}' is no text; is it an image?`);
  } catch (error) {
    await handle.close();
    if (error instanceof InputError) throw error;
    throw new InputError(`cannot read the script '${file}': ${(error as Error).message}`, { cause: error });
  }
  return linesOf(handle.createReadStream({ start: 0 }));
}

/** The input's lines; readline is made when the first is asked for, since it drops what comes before that. */
export async function* linesOf(input: NodeJS.ReadableStream): AsyncGenerator<string> {
  const { createInterface } = await import('node:readline');
  yield* createInterface({ input, crlfDelay: Infinity });
}
