import { QapiError } from '../../../qapi/qapi-error.ts';
import type { DirtyBitmap } from '../../dirty-bitmap.ts';
import type { BitmapStore } from '../../driver.ts';
import { BITMAP_FLAG, formatDirectory, formatExtension, NO_BITMAPS, refusal } from './bitmap-directory.ts';
import type { BitmapDirectory, DirectoryEntry } from './bitmap-directory.ts';
import { bitmapPlaces, readBitmap, writeBitmap } from './bitmap-table.ts';
import { writeFirstCluster } from './change-backing-file.ts';
import { clustersFor } from './geometry.ts';
import { AUTOCLEAR } from './header.ts';
import type { ImageState } from './image-state.ts';

const MAX_BITMAPS = 65535;

/**
 * The dirty bitmaps in an image. While it is open for writing they are marked as in use: only what is stored when
 * it closes counts. New bitmaps are written beside the old ones, and one write of the header switches over.
 */
export class Qcow2BitmapStore implements BitmapStore {
  readonly found: readonly DirtyBitmap[];
  readonly #image: ImageState;
  #attached: Iterable<DirtyBitmap>;
  /** What the image holds is what counts. */
  #isStored = true;

  /** Reads all bitmaps of an image. @throws QapiError in QEMU's words when they are damaged */
  static async load(image: ImageState): Promise<Qcow2BitmapStore> {
    const found: DirtyBitmap[] = [];
    for (const entry of image.bitmaps.entries) {
      if (found.some(({ name }) => name === entry.name)) throw new QapiError(`Bitmap already exists: ${entry.name}`);
      const bitmap = await readBitmap(image, entry);
      bitmap.isReadOnly = image.readOnly;
      found.push(bitmap);
    }
    const store = new Qcow2BitmapStore(image, found);
    if (!image.readOnly) await store.markInUse();
    return store;
  }

  private constructor(image: ImageState, found: readonly DirtyBitmap[]) {
    this.#image = image;
    this.found = found;
    this.#attached = found;
  }

  attach(bitmaps: Iterable<DirtyBitmap>): void {
    this.#attached = bitmaps;
  }

  refuses(wanted: { readonly name: string; readonly granularity: number }, beside: Iterable<DirtyBitmap>): string | undefined {
    const { geometry, header } = this.#image;
    if (geometry.version === 2) return 'Cannot store dirty bitmaps in qcow2 v2 files';
    const stored = [...beside].filter(({ isPersistent }) => isPersistent);
    return refusal(wanted, header.size, geometry)
      ?? (stored.length >= MAX_BITMAPS ? 'Maximum number of persistent bitmaps is already reached' : undefined);
  }

  /** @throws QapiError in QEMU's words when a bitmap is in the way of a resize */
  checkCanResize(): void {
    for (const { name } of this.#image.bitmaps.entries) {
      for (const bitmap of this.#attached) if (bitmap.name === name) bitmap.checkFor('change');
    }
  }

  async markInUse(): Promise<void> {
    const { bitmaps: { offset, entries }, file } = this.#image;
    this.#isStored = false;
    if (entries.length === 0) return;
    const marked = entries.map((entry) => ({ ...entry, flags: entry.flags | BITMAP_FLAG.inUse }));
    await file.write(offset, formatDirectory(marked));
    await file.flush();
    this.#image.bitmaps = { ...this.#image.bitmaps, entries: marked };
  }

  async store(): Promise<void> {
    if (this.#isStored || this.#image.corruption.isFatal) return;
    const { entries } = this.#image.bitmaps;
    const stored = [...this.#attached].filter(({ isPersistent }) => isPersistent);
    if (entries.length > 0 || stored.length > 0) await this.#alone(async () => {
      const kept = entries.filter(({ name }) => stored.some((bitmap) => bitmap.isInconsistent && bitmap.name === name));
      const written: DirectoryEntry[] = [];
      for (const bitmap of inOrder(stored, entries)) if (!bitmap.isInconsistent) written.push(await writeBitmap(this.#image, bitmap));
      await this.#replace([...kept, ...written]);
    });
    this.#isStored = true;
  }

  async remove(name: string): Promise<void> {
    const { entries } = this.#image.bitmaps;
    if (!entries.some((entry) => entry.name === name)) return;
    await this.#alone(() => this.#replace(entries.filter((entry) => entry.name !== name)));
  }

  async #alone(work: () => Promise<void>): Promise<void> {
    const hold = await this.#image.locks.acquire(0, Number.MAX_SAFE_INTEGER, 'exclusive');
    try {
      await work();
    } finally {
      hold.release();
    }
  }

  /** Makes the image refer to these and no others; what the others took becomes free. */
  async #replace(entries: readonly DirectoryEntry[]): Promise<void> {
    const image = this.#image;
    const former = image.bitmaps;
    const directory = await this.#writeDirectory(entries);
    const leftovers = [{ offset: former.offset, length: former.length }];
    for (const entry of former.entries) if (!entries.includes(entry)) leftovers.push(...(await this.#placesOf(entry)));
    const bit = entries.length > 0 ? AUTOCLEAR.bitmaps : 0n;
    await writeFirstCluster(image, {
      autoclearFeatures: (image.header.autoclearFeatures & ~AUTOCLEAR.bitmaps) | bit,
      extensions: { ...image.extensions, bitmaps: formatExtension(directory) },
      backingFilename: image.backingFilename,
    });
    image.bitmaps = directory;
    image.overlap.setArea('bitmap-directory', directory.offset, directory.length);
    const { clusterSize } = image.geometry;
    for (const { offset, length } of leftovers) image.release.drop(offset / clusterSize, clustersFor(length, image.geometry), 'other');
    await image.writeBack.run();
  }

  async #writeDirectory(entries: readonly DirectoryEntry[]): Promise<BitmapDirectory> {
    if (entries.length === 0) return NO_BITMAPS;
    const { allocation, geometry, file } = this.#image;
    const bytes = formatDirectory(entries);
    const clusters = clustersFor(bytes.length, geometry);
    const { hostOffset: offset } = await allocation.allocateContiguous(clusters);
    await file.write(offset, Buffer.concat([bytes], clusters * geometry.clusterSize));
    return { offset, length: bytes.length, entries };
  }

  /** A damaged table does not tell what it refers to: that stays taken, as a leak. */
  async #placesOf(entry: DirectoryEntry): Promise<{ offset: number; length: number }[]> {
    try {
      return await bitmapPlaces(this.#image, entry);
    } catch (error) {
      if (error instanceof QapiError) return [];
      throw error;
    }
  }
}

/** Those that were stored before keep their order; new ones follow. */
function inOrder(bitmaps: readonly DirtyBitmap[], entries: readonly DirectoryEntry[]): DirtyBitmap[] {
  const places = new Map(entries.map(({ name }, place) => [name, place]));
  const placeOf = ({ name }: DirtyBitmap): number => places.get(name as string) ?? entries.length;
  return [...bitmaps].sort((a, b) => placeOf(a) - placeOf(b));
}
