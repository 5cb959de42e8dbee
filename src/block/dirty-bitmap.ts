import { QapiError } from '../qapi/qapi-error.ts';
import { SparseBitSet } from '../util/sparse-bit-set.ts';

export interface DirtyBitmapInit {
  /** Absent: a job's own. */
  readonly name?: string;
  /** Bytes per bit, a power of two. */
  readonly granularity: number;
  /** Bytes of the disk. */
  readonly length: number;
  readonly enabled?: boolean;
  /** Stored in the image when that closes. */
  readonly persistent?: boolean;
  /** The image was not closed properly: what it held is unknown, and the bitmap can only be removed. */
  readonly inconsistent?: boolean;
}

/** What somebody is about to do with a bitmap: look at it and switch it, change its bits, or do away with it. */
export type BitmapUse = 'use' | 'change' | 'remove';

/** Notes where a disk was written to, one bit for each `granularity` bytes. */
export class DirtyBitmap {
  readonly name: string | undefined;
  readonly granularity: number;
  readonly isPersistent: boolean;
  readonly isInconsistent: boolean;
  /** The image that stores it is open for reading only. */
  isReadOnly = false;
  /** How often writes were noted: where it has not changed, nothing was written. */
  marks = 0;
  #length: number;
  #bits: SparseBitSet;
  #enabled: boolean;
  /** Takes the notes while a job reads the bitmap, which stands still meanwhile. */
  #successor: SparseBitSet | undefined;
  #holders = 0;

  constructor({ name, granularity, length, enabled = true, persistent = false, inconsistent = false }: DirtyBitmapInit) {
    this.name = name;
    this.granularity = granularity;
    this.isPersistent = persistent;
    this.isInconsistent = inconsistent;
    this.#enabled = enabled && !inconsistent;
    this.#length = length;
    this.#bits = new SparseBitSet(Math.ceil(length / granularity));
  }

  /** Bytes of the disk. */
  get length(): number {
    return this.#length;
  }

  /** Dirty bytes, in whole multiples of the granularity. */
  get count(): number {
    return this.#bits.count * this.granularity;
  }

  /** Writes are noted, here or for later. */
  get isRecording(): boolean {
    return this.#enabled;
  }

  /** A job or another operation holds it. */
  get isBusy(): boolean {
    return this.#holders > 0;
  }

  /** The numbers of the dirty bits; to be looked at only. */
  get bits(): SparseBitSet {
    return this.#bits;
  }

  /** Lets it record or not; the returned function takes it back. */
  setRecording(enabled: boolean): () => void {
    const former = this.#enabled;
    this.#enabled = enabled;
    return () => void (this.#enabled = former);
  }

  /** Notes that bytes were written, if it records. */
  mark(offset: number, length: number): void {
    this.marks++;
    if (this.#enabled) this.#add(this.#successor ?? this.#bits, offset, length);
  }

  /** Makes bytes dirty, whether it records or not. */
  add(offset: number, length: number): void {
    this.#add(this.#bits, offset, length);
  }

  /** Makes all of the bits that the bytes touch clean: somebody is about to copy what they stand for. */
  remove(offset: number, length: number): void {
    this.#bits.remove(Math.floor(offset / this.granularity), Math.min(this.#bits.size, Math.ceil((offset + length) / this.granularity)));
  }

  /** Forgets everything; the returned function brings it back. */
  clear(): () => void {
    const former = this.#bits;
    this.#bits = new SparseBitSet(former.size);
    return () => void (this.#bits = former);
  }

  /** Makes dirty what is dirty in another; the returned function takes it back. @throws QapiError when the sizes differ */
  merge(source: DirtyBitmap): () => void {
    if (source.length !== this.#length) {
      const sizes = `destination size is ${this.#length}, source size is ${source.length}`;
      throw new QapiError(`Bitmaps are of different sizes (${sizes}) and can't be merged`);
    }
    const former = this.#bits;
    this.#bits = former.resized(former.size);
    if (source.granularity === this.granularity) this.#bits.addAll(source.bits);
    else for (const [start, end] of source.bits.runs()) this.add(start * source.granularity, (end - start) * source.granularity);
    return () => void (this.#bits = former);
  }

  /** Follows the disk's length (bytes): what is new is clean. */
  resize(length: number): void {
    if (length === this.#length) return;
    this.#length = length;
    const size = Math.ceil(length / this.granularity);
    this.#bits = this.#bits.resized(size);
    this.#successor = this.#successor?.resized(size);
  }

  /** Keeps others away from it until the returned function is called. */
  hold(): () => void {
    this.#holders++;
    return () => void this.#holders--;
  }

  /** As hold, and its bits stand still: new writes are noted apart, to be taken over or added by one of the two. */
  freeze(): { replace(): void; addBack(): void } {
    const release = this.hold();
    this.#successor = new SparseBitSet(this.#bits.size);
    const thaw = (change: (successor: SparseBitSet) => void): void => {
      change(this.#successor as SparseBitSet);
      this.#successor = undefined;
      release();
    };
    return {
      replace: () => thaw((successor) => void (this.#bits = successor)),
      addBack: () => thaw((successor) => this.#bits.addAll(successor)),
    };
  }

  /** @throws QapiError in QEMU's words when its state does not allow it */
  checkFor(use: BitmapUse): void {
    if (this.isBusy) throw new QapiError(`Bitmap '${this.name}' is currently in use by another operation and cannot be used`);
    if (use !== 'use' && this.isReadOnly) throw new QapiError(`Bitmap '${this.name}' is readonly and cannot be modified`);
    if (use !== 'remove' && this.isInconsistent) throw new QapiError(`Bitmap '${this.name}' is inconsistent and cannot be used`);
  }

  #add(bits: SparseBitSet, offset: number, length: number): void {
    const end = Math.min(bits.size, Math.ceil((offset + length) / this.granularity));
    bits.add(Math.floor(offset / this.granularity), end);
  }
}
