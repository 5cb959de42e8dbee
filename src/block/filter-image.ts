import type { BlockIo, Extent, ImageFacts, OpenImage, WriteOptions, ZeroOptions } from './driver.ts';

/** An image that shows another node's content as it is; filters say what they do differently. */
export class FilterImage implements OpenImage {
  protected readonly below: BlockIo;

  constructor(below: BlockIo) {
    this.below = below;
  }

  /** Bytes. */
  get length(): number {
    return this.below.length;
  }

  read(offset: number, into: Buffer): Promise<void> {
    return this.below.read(offset, into);
  }

  write(offset: number, from: Buffer, options?: WriteOptions): Promise<void> {
    return this.below.write(offset, from, options);
  }

  writeZeroes(offset: number, length: number, options?: ZeroOptions): Promise<void> {
    return this.below.writeZeroes(offset, length, options);
  }

  discard(offset: number, length: number): Promise<void> {
    return this.below.discard(offset, length);
  }

  async flush(): Promise<void> {
    const { raise } = this.below;
    if (raise !== undefined) await raise('flush_to_os').then(() => raise('flush_to_disk'));
    await this.below.flush();
  }

  truncate(length: number): Promise<void> {
    return this.below.truncate(length);
  }

  map(offset: number, length: number): Promise<Extent> {
    return this.below.map(offset, length);
  }

  /** What there is to tell, the image below tells. */
  facts(): ImageFacts {
    return {};
  }

  /** Nothing of its own to release. */
  async close(): Promise<void> {}
}
