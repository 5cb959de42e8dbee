import { QapiError } from '../qapi/qapi-error.ts';
import type { BlockIo, Extent, ImageFacts, OpenImage, WriteOptions, ZeroOptions } from './driver.ts';

/** The bytes of a file from an offset on, to its end or for a fixed size. */
export class RawImage implements OpenImage {
  readonly #file: BlockIo;
  readonly #offset: number;
  readonly #size: number | undefined;

  constructor(file: BlockIo, offset: number, size: number | undefined) {
    this.#file = file;
    this.#offset = offset;
    this.#size = size;
  }

  get length(): number {
    return this.#size ?? Math.max(0, this.#file.length - this.#offset);
  }

  read(offset: number, into: Buffer): Promise<void> {
    return this.#file.read(this.#offset + offset, into);
  }

  write(offset: number, from: Buffer, options?: WriteOptions): Promise<void> {
    return this.#file.write(this.#offset + offset, from, options);
  }

  writeZeroes(offset: number, length: number, options?: ZeroOptions): Promise<void> {
    return this.#file.writeZeroes(this.#offset + offset, length, options);
  }

  discard(offset: number, length: number): Promise<void> {
    return this.#file.discard(this.#offset + offset, length);
  }

  flush(): Promise<void> {
    return this.#file.flush();
  }

  async truncate(length: number): Promise<void> {
    if (this.#size !== undefined) throw new QapiError('Cannot resize fixed-size raw disks');
    await this.#file.truncate(this.#offset + length);
  }

  async map(offset: number, length: number): Promise<Extent> {
    const extent = await this.#file.map(this.#offset + offset, length);
    return { ...extent, offset, hostOffset: this.#offset + offset };
  }

  facts(): ImageFacts {
    return {};
  }

  /** Nothing of its own to release; the graph flushes before it closes. */
  async close(): Promise<void> {}
}
