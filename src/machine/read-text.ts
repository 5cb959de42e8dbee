import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

const pipePatienceMs = 5000;
const pollMs = 20;

/**
 * Reads a text file. A pipe (a shell's `<(command)` is one) is waited for, but not for ever: a read that blocks would keep
 * the whole process from ending.
 * @throws Error with a code for a file that cannot be read, without one for a pipe from which nothing comes
 */
export async function readText(filename: string): Promise<string> {
  const file = await open(filename, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    return (await file.stat()).isFIFO() ? await readPipe(file) : await file.readFile('utf8');
  } finally {
    await file.close();
  }
}

async function readPipe(file: FileHandle): Promise<string> {
  const chunks: Buffer[] = [];
  const deadline = performance.now() + pipePatienceMs;
  while (performance.now() < deadline) {
    const chunk = await readSome(file);
    if (chunk?.length) chunks.push(chunk);
    else if (chunk && chunks.length > 0) return Buffer.concat(chunks).toString('utf8');
    else await sleep(pollMs); // nobody has written yet
  }
  throw new Error(`it is a pipe, and within ${pipePatienceMs / 1000} s ` +
    (chunks.length > 0 ? 'its writer has not come to an end' : 'nobody has written to it'));
}

/** What is there; empty at the end, which is also what a pipe without a writer says; undefined while a writer thinks. */
async function readSome(file: FileHandle): Promise<Buffer | undefined> {
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(65536), 0, 65536, null);
    return buffer.subarray(0, bytesRead);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return undefined;
    throw error;
  }
}
