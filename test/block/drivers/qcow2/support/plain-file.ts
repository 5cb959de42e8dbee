import type { FileHandle } from 'node:fs/promises';
import { open } from 'node:fs/promises';
import type { BlockIo, Extent } from '../../../../../src/block/driver.ts';
import { IoError } from '../../../../../src/block/io-error.ts';

/** A host file as a `file` child: what the file driver behind its gate does, in its simplest form. */
export class PlainFile implements BlockIo {
  readonly isGrowable = true;
  length: number;
  /** Writes so far, in their order; a test may look at them. */
  readonly log: { operation: 'write' | 'flush'; offset: number; length: number }[] = [];
  /** When set, decides whether a write fails. */
  failWrite: ((offset: number, length: number) => boolean) | undefined;
  readonly #handle: FileHandle;

  private constructor(handle: FileHandle, length: number) {
    this.#handle = handle;
    this.length = length;
  }

  static async open(path: string, flags: 'r' | 'r+' | 'w+' = 'r+'): Promise<PlainFile> {
    const handle = await open(path, flags);
    return new PlainFile(handle, (await handle.stat()).size);
  }

  async read(offset: number, into: Buffer): Promise<void> {
    let done = 0;
    while (done < into.length) {
      const { bytesRead } = await this.#handle.read(into, done, into.length - done, offset + done);
      if (bytesRead === 0) break;
      done += bytesRead;
    }
    into.fill(0, done);
  }

  async write(offset: number, from: Buffer): Promise<void> {
    this.log.push({ operation: 'write', offset, length: from.length });
    if (this.failWrite?.(offset, from.length) === true) throw new IoError('ENOSPC', 'write', { offset });
    await this.#handle.write(from, 0, from.length, offset);
    this.length = Math.max(this.length, offset + from.length);
  }

  writeZeroes(offset: number, length: number): Promise<void> {
    return this.write(offset, Buffer.alloc(length));
  }

  async discard(offset: number, length: number): Promise<void> {
    // Content after a discard is not defined: let nobody rely on it.
    await this.#handle.write(Buffer.alloc(length, 0xdd), 0, length, offset);
  }

  async flush(): Promise<void> {
    this.log.push({ operation: 'flush', offset: 0, length: 0 });
  }

  async truncate(length: number): Promise<void> {
    await this.#handle.truncate(length);
    this.length = length;
  }

  async map(offset: number, length: number): Promise<Extent> {
    return { offset, length, kind: 'data', hostOffset: offset };
  }

  close(): Promise<void> {
    return this.#handle.close();
  }
}
