import type { DirtyBitmap } from './dirty-bitmap.ts';

/** The dirty bitmaps of one node, the newest first. */
export class DirtyBitmaps implements Iterable<DirtyBitmap> {
  #bitmaps: DirtyBitmap[] = [];

  [Symbol.iterator](): Iterator<DirtyBitmap> {
    return this.#bitmaps[Symbol.iterator]();
  }

  get isEmpty(): boolean {
    return this.#bitmaps.length === 0;
  }

  find(name: string): DirtyBitmap | undefined {
    return this.#bitmaps.find((bitmap) => bitmap.name === name);
  }

  add(bitmap: DirtyBitmap): void {
    this.#bitmaps.unshift(bitmap);
  }

  /** What has begun anew is the newest. */
  renew(bitmap: DirtyBitmap): void {
    this.delete(bitmap);
    this.add(bitmap);
  }

  delete(bitmap: DirtyBitmap): void {
    this.#bitmaps = this.#bitmaps.filter((other) => other !== bitmap);
  }

  /** Notes a write in all that record. */
  mark(offset: number, length: number): void {
    if (length > 0) for (const bitmap of this.#bitmaps) bitmap.mark(offset, length);
  }

  /** Follows the disk's length (bytes). */
  resize(length: number): void {
    for (const bitmap of this.#bitmaps) bitmap.resize(length);
  }
}
