import type { BlockIo, PutInHost } from '../../driver.ts';
import type { BlkdebugEvent } from '../../../qapi/types/blkdebug-options.ts';

/** The `file` child as this format sees it: reads beyond its end give zeroes, writes there make it longer. */
export class ImageFile {
  /** Bytes at and beyond this offset have never been written: they read as zero. */
  pristineFrom: number;
  readonly #io: BlockIo;
  /** The last extension of a child that does not grow by being written to. */
  #growth: Promise<void> = Promise.resolve();

  constructor(io: BlockIo) {
    this.#io = io;
    this.pristineFrom = io.length;
  }

  /** Bytes. */
  get length(): number {
    return this.#io.length;
  }

  /** Only where somebody debugs: told before the driver does what the event says. */
  get raise(): ((event: BlkdebugEvent) => Promise<void>) | undefined {
    return this.#io.raise;
  }

  read(offset: number, into: Buffer): Promise<void> {
    const available = Math.max(0, Math.min(into.length, this.#io.length - offset));
    if (available === into.length) return this.#io.read(offset, into);
    into.fill(0, available);
    return available > 0 ? this.#io.read(offset, into.subarray(0, available)) : Promise.resolve();
  }

  async readBytes(offset: number, length: number): Promise<Buffer> {
    const bytes = Buffer.allocUnsafe(length);
    await this.read(offset, bytes);
    return bytes;
  }

  write(offset: number, from: Buffer): Promise<void> {
    const end = offset + from.length;
    return this.#mustGrow(end) ? this.#grow(end).then(() => this.#io.write(offset, from)) : this.#io.write(offset, from);
  }

  async writeOffloaded(offset: number, length: number, put: PutInHost): Promise<boolean> {
    if (this.#mustGrow(offset + length)) await this.#grow(offset + length);
    return (await this.#io.writeOffloaded?.(offset, length, put)) ?? false;
  }

  async writeZeroes(offset: number, length: number): Promise<void> {
    if (this.#mustGrow(offset + length)) await this.#grow(offset + length);
    await this.#io.writeZeroes(offset, length);
  }

  discard(offset: number, length: number): Promise<void> {
    const inside = Math.min(length, this.#io.length - offset);
    return inside > 0 ? this.#io.discard(offset, inside) : Promise.resolve();
  }

  flush(): Promise<void> {
    return this.#io.flush();
  }

  async truncate(length: number): Promise<void> {
    await this.#io.truncate(length);
    this.pristineFrom = length;
  }

  #mustGrow(end: number): boolean {
    this.pristineFrom = Math.max(this.pristineFrom, end);
    return end > this.#io.length && this.#io.isGrowable !== true;
  }

  /** One after the other: a late extension to a lower end would cut the file. */
  #grow(end: number): Promise<void> {
    const extend = async (): Promise<void> => {
      if (end > this.#io.length) await this.#io.truncate(end);
    };
    this.#growth = this.#growth.then(extend, extend);
    return this.#growth;
  }
}
