import type { BlockIo, Extent, OpenImage, PutInHost, WriteOptions, ZeroOptions } from './driver.ts';
import { IoError } from './io-error.ts';

type Edge = 'head' | 'tail';

/** Requests of any size on an image that takes whole blocks only: edges are read, changed and written back. */
export class AlignedIo implements BlockIo {
  readonly #image: OpenImage;
  readonly #block: number;

  constructor(image: OpenImage) {
    this.#image = image;
    this.#block = image.alignment ?? 1;
  }

  get length(): number {
    return this.#image.length;
  }

  isAligned(offset: number, length: number): boolean {
    return this.#block === 1 || (offset % this.#block === 0 && length % this.#block === 0);
  }

  floor(offset: number): number {
    return offset - (offset % this.#block);
  }

  ceil(offset: number): number {
    return Math.ceil(offset / this.#block) * this.#block;
  }

  read(offset: number, into: Buffer): Promise<void> {
    return this.isAligned(offset, into.length) ? this.#image.read(offset, into) : this.#readUnaligned(offset, into);
  }

  write(offset: number, from: Buffer, options?: WriteOptions): Promise<void> {
    return this.isAligned(offset, from.length) ? this.#write(offset, from, options) : this.#writeUnaligned(offset, from, options);
  }

  /** Edges have to be read: who wants only a part of a block writes it. */
  async writeOffloaded(offset: number, length: number, put: PutInHost): Promise<boolean> {
    const image = this.#image;
    return image.raise === undefined && this.isAligned(offset, length) && (await image.writeOffloaded?.(offset, length, put) ?? false);
  }

  async writeZeroes(offset: number, length: number, options?: ZeroOptions): Promise<void> {
    const end = offset + length;
    const start = this.ceil(offset);
    const stop = this.floor(end);
    if (options?.mustBeFast === true && (start > offset || end > stop)) throw new IoError('ENOTSUP', 'write-zeroes', { offset });
    if (start >= stop) return length === 0 ? undefined : this.#writeUnaligned(offset, Buffer.alloc(length));
    if (start > offset) await this.#writeUnaligned(offset, Buffer.alloc(start - offset));
    await this.#told('pwritev_zero', () => this.#image.writeZeroes(start, stop - start, options));
    if (end > stop) await this.#writeUnaligned(stop, Buffer.alloc(end - stop));
  }

  /** Only whole blocks: the edges are still needed. */
  async discard(offset: number, length: number): Promise<void> {
    const start = this.ceil(offset);
    const stop = this.floor(offset + length);
    if (stop > start) await this.#image.discard(start, stop - start);
  }

  flush(): Promise<void> {
    return this.#image.flush();
  }

  truncate(length: number): Promise<void> {
    return this.#image.truncate(length);
  }

  map(offset: number, length: number): Promise<Extent> {
    return this.#image.map(offset, length);
  }

  async #readUnaligned(offset: number, into: Buffer): Promise<void> {
    const start = this.floor(offset);
    const whole = Buffer.allocUnsafe(this.ceil(offset + into.length) - start);
    await this.#image.read(start, whole);
    whole.copy(into, 0, offset - start);
  }

  /** Reads the blocks that the request does not fill: both edges at once where there is nothing between them. */
  async #writeUnaligned(offset: number, from: Buffer, options?: WriteOptions): Promise<void> {
    const [start, end] = [this.floor(offset), offset + from.length];
    const stop = this.ceil(end);
    const whole = Buffer.allocUnsafe(stop - start);
    const edges: Edge[] = [...(offset > start ? ['head' as const] : []), ...(stop > end ? ['tail' as const] : [])];
    if (whole.length <= edges.length * this.#block) await this.#readEdges(edges, start, whole);
    else {
      for (const edge of edges) {
        const at = edge === 'head' ? 0 : whole.length - this.#block;
        await this.#readEdges([edge], start + at, whole.subarray(at, at + this.#block));
      }
    }
    from.copy(whole, offset - start);
    await this.#write(start, whole, options);
  }

  async #readEdges(edges: readonly Edge[], offset: number, into: Buffer): Promise<void> {
    for (const edge of edges) await this.#image.raise?.(`pwritev_rmw_${edge}`);
    if (offset < this.#image.length) await this.#image.read(offset, into);
    else into.fill(0);
    for (const edge of edges) await this.#image.raise?.(`pwritev_rmw_after_${edge}`);
  }

  #write(offset: number, from: Buffer, options?: WriteOptions): Promise<void> {
    if (this.#image.raise === undefined) return this.#image.write(offset, from, options);
    return this.#told('pwritev', () => this.#image.write(offset, from, options));
  }

  /** Raises QEMU's events around a write. */
  async #told(event: 'pwritev' | 'pwritev_zero', work: () => Promise<void>): Promise<void> {
    await this.#image.raise?.(event);
    try {
      await work();
    } finally {
      await this.#image.raise?.('pwritev_done');
    }
  }
}
