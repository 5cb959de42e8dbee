import type { BlockIo, CorruptionReport, Extent, ImageFacts, NewSnapshot, OpenImage, PutInHost, WriteOptions, ZeroOptions } from '../../driver.ts';
import type { IoOperation } from '../../io-error.ts';
import type { Qcow2BitmapStore } from './bitmap-store.ts';
import { BITMAP_FLAG } from './bitmap-directory.ts';
import type { DirectoryEntry } from './bitmap-directory.ts';
import { changeBackingFile } from './change-backing-file.ts';
import { discard, writeZeroes } from './deallocate.ts';
import { AUTOCLEAR, FIELD, INCOMPATIBLE } from './header.ts';
import type { ImageState } from './image-state.ts';
import { createSnapshot, deleteSnapshot } from './internal-snapshots.ts';
import { map } from './map.ts';
import { hasLazyRefcounts } from './options.ts';
import { readPlainly, writePlainly } from './plain-requests.ts';
import { read } from './read.ts';
import { truncate } from './truncate.ts';
import { write } from './write.ts';
import { writeOffloaded } from './write-offloaded.ts';

const SECTOR = 512;

/** An open qcow2 image: each request checks that the image is usable and goes to the operation's own file. */
export class Qcow2Image implements OpenImage {
  readonly #state: ImageState;
  readonly #cleaner: NodeJS.Timeout | undefined;
  /** Autoclear bits that a change makes untrue are off. */
  #isAutoclearDone = false;
  #autoclear: Promise<void> | undefined;
  readonly bitmapStore: Qcow2BitmapStore;

  constructor(state: ImageState, bitmapStore: Qcow2BitmapStore) {
    this.#state = state;
    this.bitmapStore = bitmapStore;
    const seconds = state.settings.cacheCleanSeconds;
    if (seconds > 0) this.#cleaner = setInterval(() => this.#dropUnused(), Math.min(seconds * 1000, 2 ** 31 - 1)).unref();
  }

  /** Hears of damage in the metadata; at most once for each severity. */
  set onCorruption(listener: ((report: CorruptionReport) => void) | undefined) {
    this.#state.corruption.onCorruption = listener;
  }

  /** Bytes. */
  get length(): number {
    return this.#state.header.size - (this.#state.header.size % SECTOR);
  }

  async read(offset: number, into: Buffer): Promise<void> {
    this.#state.corruption.checkUsable('read');
    await (readPlainly(this.#state, offset, into) ?? read(this.#state, offset, into));
  }

  async write(offset: number, from: Buffer, options?: WriteOptions): Promise<void> {
    this.#state.corruption.checkUsable('write');
    if (!this.#isAutoclearDone) await this.#clearAutoclear();
    await ((options?.compressed !== true && writePlainly(this.#state, offset, from)) || write(this.#state, offset, from, options));
    if (options?.fua === true) await this.flush();
  }

  async writeOffloaded(offset: number, length: number, put: PutInHost): Promise<boolean> {
    await this.#beforeChange('write');
    return writeOffloaded(this.#state, { offset, length }, put);
  }

  async writeZeroes(offset: number, length: number, options?: ZeroOptions): Promise<void> {
    await this.#beforeChange('write-zeroes');
    await writeZeroes(this.#state, offset, length, options);
  }

  async discard(offset: number, length: number): Promise<void> {
    await this.#beforeChange('discard');
    await discard(this.#state, offset, length);
  }

  async flush(): Promise<void> {
    // A damaged image has no medium any more, so nothing is left to flush; closing it is no failure.
    if (this.#state.readOnly || this.#state.corruption.isFatal) return;
    const { file, writeBack } = this.#state;
    if (file.raise !== undefined) await file.raise('flush_to_os');
    await writeBack.run();
    if (file.raise !== undefined) await file.raise('flush_to_disk');
    await file.flush();
  }

  async truncate(length: number): Promise<void> {
    await this.#beforeChange('truncate');
    this.bitmapStore.checkCanResize();
    await truncate(this.#state, length);
  }

  async map(offset: number, length: number): Promise<Extent> {
    this.#state.corruption.checkUsable('map');
    return map(this.#state, offset, length);
  }

  setBacking(backing: BlockIo | undefined): void {
    this.#state.backing = backing;
  }

  async changeBackingFile(filename: string | undefined, format: string | undefined): Promise<void> {
    await this.#beforeChange('metadata');
    await changeBackingFile(this.#state, filename, format);
  }

  async createSnapshot(request: NewSnapshot): Promise<void> {
    await this.#beforeChange('metadata');
    await createSnapshot(this.#state, request);
  }

  async deleteSnapshot(id: string): Promise<void> {
    await this.#beforeChange('metadata');
    await deleteSnapshot(this.#state, id);
  }

  facts(): ImageFacts {
    const { header, geometry, snapshots, bitmaps, backingFilename, extensions: { backingFormat } } = this.#state;
    const has = (bit: bigint): boolean => (header.incompatibleFeatures & bit) !== 0n;
    const data = geometry.version === 2
      ? { compat: '0.10', 'compression-type': 'zlib', 'refcount-bits': geometry.refcountBits }
      : {
          compat: '1.1',
          'compression-type': header.compressionType === 0 ? 'zlib' : 'zstd',
          'lazy-refcounts': hasLazyRefcounts(header),
          ...(bitmaps.entries.length > 0 && { bitmaps: bitmaps.entries.map(bitmapInfo) }),
          'refcount-bits': geometry.refcountBits,
          corrupt: has(INCOMPATIBLE.corrupt),
          'extended-l2': false,
        };
    return {
      clusterSize: geometry.clusterSize, encrypted: false, dirty: has(INCOMPATIBLE.dirty), backingFilename, backingFormat, snapshots,
      formatSpecific: { type: 'qcow2', data },
    };
  }

  async close(): Promise<void> {
    clearInterval(this.#cleaner);
    const { corruption, readOnly, locks } = this.#state;
    const hold = await locks.acquire(0, Number.MAX_SAFE_INTEGER, 'exclusive');
    try {
      if (!readOnly && !corruption.isFatal) await this.flush();
    } finally {
      hold.release();
    }
    await this.bitmapStore.store();
  }

  async #beforeChange(operation: IoOperation): Promise<void> {
    this.#state.corruption.checkUsable(operation);
    if (!this.#isAutoclearDone) await this.#clearAutoclear();
  }

  /** These bits tell of data that a change makes stale; this driver keeps up the bitmaps only. */
  #clearAutoclear(): Promise<void> {
    this.#autoclear ??= this.#writeAutoclear().finally(() => void (this.#autoclear = undefined));
    return this.#autoclear;
  }

  async #writeAutoclear(): Promise<void> {
    const { header, bitmaps, file } = this.#state;
    const kept = bitmaps.entries.length > 0 ? AUTOCLEAR.bitmaps : 0n;
    if (header.version === 3 && header.autoclearFeatures !== kept) {
      const bits = Buffer.alloc(8);
      bits.writeBigUInt64BE(kept);
      await file.write(FIELD.autoclearFeatures, bits);
      header.autoclearFeatures = kept;
    }
    this.#isAutoclearDone = true;
  }

  #dropUnused(): void {
    this.#state.l2.dropUnused();
    this.#state.refcounts.blocks.dropUnused();
  }
}

function bitmapInfo({ name, flags, granularityBits }: DirectoryEntry): object {
  const set = Object.entries({ 'in-use': BITMAP_FLAG.inUse, auto: BITMAP_FLAG.auto }).filter(([, bit]) => (flags & bit) !== 0);
  return { name, granularity: 2 ** granularityBits, flags: set.map(([flag]) => flag) };
}
