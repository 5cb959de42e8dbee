import { FilterImage } from './filter-image.ts';
import { isZero } from './is-zero.ts';
import type { BlockIo } from './driver.ts';

/** Bytes copied at a time. */
const PIECE = 1 << 20;

/** Copies what an image leaves to its backing image into the image itself, once somebody reads it. */
export class CopyOnReadImage extends FilterImage {
  readonly #layers: readonly BlockIo[] | undefined;

  /** @param layers the images whose data is copied, the top one first; absent: all */
  constructor(below: BlockIo, layers?: readonly BlockIo[]) {
    super(below);
    this.#layers = layers;
  }

  override async read(offset: number, into: Buffer): Promise<void> {
    const end = Math.min(offset + into.length, this.below.length);
    for (let at = offset; at < end;) {
      const extent = await this.below.map(at, end - at);
      const stop = Math.min(end, at + extent.length);
      if (extent.kind === 'unallocated') await this.#copy(at, stop);
      at = stop;
    }
    await this.below.read(offset, into);
  }

  /** Whole clusters, as the image would otherwise have to fetch the rest of each by itself. */
  async #copy(from: number, to: number): Promise<void> {
    const cluster = this.below.clusterSize ?? 1;
    const start = from - (from % cluster);
    const end = Math.min(Math.ceil(to / cluster) * cluster, this.below.length);
    for (let at = start; at < end; at += PIECE) await this.#copyPiece(at, Math.min(PIECE, end - at));
  }

  /** Nobody writes meanwhile, so nothing older overwrites what a guest has written. */
  async #copyPiece(offset: number, length: number): Promise<void> {
    await this.below.exclusively?.(offset, length, async (image) => {
      for (let at = offset; at < offset + length;) {
        const extent = await image.map(at, offset + length - at);
        const size = Math.min(extent.length, offset + length - at);
        const wanted = extent.kind === 'unallocated' ? await this.#wanted(at, size) : { isWanted: false, length: size };
        if (wanted.isWanted) await this.#copyRun(image, at, wanted.length);
        at += wanted.length;
      }
    });
  }

  async #copyRun(image: BlockIo, offset: number, length: number): Promise<void> {
    const bytes = Buffer.allocUnsafe(length);
    await image.read(offset, bytes);
    if (this.below.raise !== undefined) await this.below.raise('cor_write');
    if (isZero(bytes)) await image.writeZeroes(offset, length);
    else await image.write(offset, bytes);
  }

  /** Whether the run that begins at `offset` comes from a layer that is copied, and how long it is. */
  async #wanted(offset: number, length: number): Promise<{ isWanted: boolean; length: number }> {
    if (this.#layers === undefined) return { isWanted: true, length };
    let rest = length;
    for (const layer of this.#layers.slice(1)) {
      if (offset >= layer.length) return { isWanted: true, length: rest };
      const extent = await layer.map(offset, Math.min(rest, layer.length - offset));
      rest = Math.min(rest, extent.length);
      if (extent.kind !== 'unallocated') return { isWanted: true, length: rest };
    }
    return { isWanted: false, length: rest };
  }
}
