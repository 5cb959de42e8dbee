import type { BlockIo, Extent, OpenImage, PutInHost, WriteOptions, ZeroOptions } from './driver.ts';
import { IoError } from './io-error.ts';
import type { IoOperation } from './io-error.ts';
import { NodeGate } from './node-gate.ts';
import { RangeSlots } from './range-slots.ts';
import { AlignedIo } from './aligned-io.ts';
import { DirtyBitmaps } from './dirty-bitmaps.ts';
import type { Int } from '../qapi/schema.ts';
import { isZero } from './is-zero.ts';

/** What the gate lets through and what it makes of it. */
export interface IoPolicy {
  readonly name: string;
  readonly readOnly: boolean;
  /** discard=unmap: discards reach the image. */
  readonly unmap: boolean;
  readonly detectZeroes: 'off' | 'on' | 'unmap';
  /** Protocol nodes: bytes beyond the end read as zero, and a write there makes the file longer. */
  readonly growable: boolean;
  /** cache.no-flush on a protocol node: flushes end here. */
  readonly noFlush: boolean;
}

/** Runs before a request that changes guest bytes; the request waits for it and fails with it. */
export type WriteHook = (offset: number, length: number) => Promise<void>;

const SECTOR = 512;

/** The one gate in front of an image: range, permission, alignment, overlap, drain, write hooks, dirty bitmaps. */
export class NodeIo implements BlockIo {
  /** The end of the highest write so far, in bytes; of one that failed too. */
  wrHighestOffset = 0;
  /** A write that ends beyond is told once; bytes, 0 for none. */
  writeThreshold: Int = 0;
  /** Hears how many bytes a write goes beyond the threshold that was set. */
  onThresholdExceeded: ((threshold: Int, exceeded: Int) => void) | undefined;
  readonly gate = new NodeGate();
  /** Every request that may have changed guest bytes is noted here, failed ones too. */
  readonly bitmaps = new DirtyBitmaps();
  #image: OpenImage;
  #policy: IoPolicy;
  #aligned: AlignedIo;
  readonly #hooks = new Set<WriteHook>();
  readonly #afterHooks = new Set<WriteHook>();
  readonly #writes = new RangeSlots();
  readonly #exclusive = new RangeSlots();
  #rangeWaiters: (() => void)[] = [];

  constructor(image: OpenImage, policy: IoPolicy) {
    this.#image = image;
    this.#policy = policy;
    this.#aligned = new AlignedIo(image);
  }

  /** Bytes; whole sectors, as guests see disks. */
  get length(): number {
    return Math.ceil(this.#image.length / SECTOR) * SECTOR;
  }

  /** Goes on with another opening of the image, or other rules; no request may be in flight. */
  setImage(image: OpenImage, policy: IoPolicy): void {
    this.#image = image;
    this.#policy = policy;
    this.#aligned = new AlignedIo(image);
    this.followLength();
  }

  /** Refuses requests that change anything, or lets them through again. */
  setReadOnly(readOnly: boolean): void {
    this.#policy = { ...this.#policy, readOnly };
  }

  /** Subscribes a copy-before-write hook. */
  onBeforeWrite(hook: WriteHook): () => void {
    this.#hooks.add(hook);
    return () => void this.#hooks.delete(hook);
  }

  /** Subscribes a hook that runs when guest bytes have changed, before the request is told so. It must not reject. */
  onAfterWrite(hook: WriteHook): () => void {
    this.#afterHooks.add(hook);
    return () => void this.#afterHooks.delete(hook);
  }

  /** Only images that listen to events have it, so that others pay nothing. */
  get raise(): OpenImage['raise'] {
    return this.#image.raise;
  }

  /** The image for who holds all other requests back: nothing is checked, and nothing waits. */
  get behindGate(): BlockIo {
    return this.#aligned;
  }

  get clusterSize(): number | undefined {
    return this.#image.facts().clusterSize;
  }

  get isGrowable(): boolean {
    return this.#policy.growable;
  }

  async read(offset: number, into: Buffer): Promise<void> {
    while (this.gate.holdsReads) await this.gate.opened();
    this.#checkRange('read', offset, into.length);
    this.gate.enter();
    try {
      await this.#aligned.read(offset, into);
    } catch (error) {
      throw this.#named(error);
    } finally {
      this.gate.leave();
    }
  }

  async write(offset: number, from: Buffer, options?: WriteOptions): Promise<void> {
    this.#checkWritable('write');
    this.#checkRange('write', offset, from.length);
    if (this.#policy.detectZeroes !== 'off' && options?.compressed !== true && isZero(from)) {
      await this.writeZeroes(offset, from.length, { mayUnmap: this.#policy.detectZeroes === 'unmap' });
      if (options?.fua === true) await this.flush();
      return;
    }
    await this.#change(offset, from.length, (exclusive) => exclusive.write(offset, from, options));
  }

  async writeOffloaded(offset: number, length: number, put: PutInHost): Promise<boolean> {
    this.#checkWritable('write');
    this.#checkRange('write', offset, length);
    if (this.#image.writeOffloaded === undefined) return false;
    let isDone = false;
    await this.#change(offset, length, async (exclusive) => {
      isDone = await exclusive.writeOffloaded(offset, length, put);
    });
    return isDone;
  }

  async writeZeroes(offset: number, length: number, options?: ZeroOptions): Promise<void> {
    this.#checkWritable('write-zeroes');
    this.#checkRange('write-zeroes', offset, length);
    const allowed = options?.mayUnmap === true && !this.#policy.unmap ? { ...options, mayUnmap: false } : options;
    await this.#change(offset, length, (exclusive) => exclusive.writeZeroes(offset, length, allowed));
  }

  async discard(offset: number, length: number): Promise<void> {
    this.#checkWritable('discard');
    this.#checkRange('discard', offset, length);
    if (!this.#policy.unmap || length === 0) return;
    await this.#change(offset, length, (exclusive) => exclusive.discard(offset, length), false);
  }

  async flush(): Promise<void> {
    while (this.gate.holdsWrites) await this.gate.opened();
    if (this.#policy.noFlush || this.#policy.readOnly) return;
    this.gate.enter();
    try {
      await this.#image.flush();
    } catch (error) {
      throw this.#named(error);
    } finally {
      this.gate.leave();
    }
  }

  async truncate(length: number): Promise<void> {
    this.#checkWritable('truncate');
    while (this.gate.holdsWrites) await this.gate.opened();
    this.gate.enter();
    try {
      await this.#image.truncate(length);
      this.followLength();
    } catch (error) {
      throw this.#named(error);
    } finally {
      this.gate.leave();
    }
  }

  /** The image has another length now, which no request through this gate has brought about. */
  followLength(): void {
    this.bitmaps.resize(this.length);
  }

  async map(offset: number, length: number): Promise<Extent> {
    while (this.gate.holdsReads) await this.gate.opened();
    this.#checkRange('map', offset, length);
    this.gate.enter();
    try {
      return await this.#image.map(offset, length);
    } catch (error) {
      throw this.#named(error);
    } finally {
      this.gate.leave();
    }
  }

  /**
   * Runs `work` while nobody else writes into the range: writes in flight there are awaited, new ones wait.
   * `work` gets the image behind the gate: no hooks run and no range is checked for it (copy-on-read, read-modify-write).
   * What `changes` guest bytes is noted.
   */
  async exclusively<T>(offset: number, length: number, work: (image: BlockIo) => Promise<T>, changes = false): Promise<T> {
    while (this.gate.holdsWrites) await this.gate.opened();
    this.#checkRange('write', offset, length);
    this.gate.enter();
    try {
      return await this.#inExclusiveRange(offset, offset + length, () => work(this.#aligned));
    } catch (error) {
      throw this.#named(error);
    } finally {
      if (changes) this.#note(offset, length);
      this.gate.leave();
    }
  }

  async #change(offset: number, length: number, work: (image: AlignedIo) => Promise<void>, moves = true): Promise<void> {
    while (this.gate.holdsWrites) await this.gate.opened();
    this.#checkRange('write', offset, length);
    this.gate.enter();
    try {
      if (this.#hooks.size > 0) await this.#runHooks(this.#hooks, offset, length);
      const end = offset + length;
      if (moves && this.writeThreshold !== 0 && end > this.writeThreshold) this.#tellThresholdExceeded(end);
      if (this.#aligned.isAligned(offset, length)) await this.#inSharedRange(offset, end, work);
      else await this.#inExclusiveRange(this.#aligned.floor(offset), this.#aligned.ceil(end), () => work(this.#aligned));
    } catch (error) {
      throw this.#named(error);
    } finally {
      if (moves && length > 0) this.wrHighestOffset = Math.max(this.wrHighestOffset, this.#aligned.ceil(offset + length));
      if (!this.bitmaps.isEmpty) this.#note(offset, length);
      if (this.#afterHooks.size > 0) await this.#runHooks(this.#afterHooks, offset, length);
      this.gate.leave();
    }
  }

  #note(offset: number, length: number): void {
    if (this.#policy.growable) this.followLength();
    const start = this.#aligned.floor(offset);
    this.bitmaps.mark(start, this.#aligned.ceil(offset + length) - start);
  }

  #tellThresholdExceeded(end: number): void {
    const threshold = this.writeThreshold;
    this.writeThreshold = 0;
    this.onThresholdExceeded?.(threshold, end - Number(threshold));
  }

  async #inSharedRange(offset: number, end: number, work: (image: AlignedIo) => Promise<void>): Promise<void> {
    while (this.#exclusive.overlaps(offset, end)) await this.#rangeFreed();
    const slot = this.#writes.take(offset, end);
    try {
      await work(this.#aligned);
    } finally {
      this.#writes.free(slot);
      this.#wakeRangeWaiters();
    }
  }

  async #inExclusiveRange<T>(offset: number, end: number, work: () => Promise<T>): Promise<T> {
    while (this.#exclusive.overlaps(offset, end)) await this.#rangeFreed();
    const slot = this.#exclusive.take(offset, end);
    try {
      while (this.#writes.overlaps(offset, end)) await this.#rangeFreed();
      return await work();
    } finally {
      this.#exclusive.free(slot);
      this.#wakeRangeWaiters();
    }
  }

  async #runHooks(hooks: ReadonlySet<WriteHook>, offset: number, length: number): Promise<void> {
    this.gate.hooksRunning++;
    try {
      for (const hook of hooks) await hook(offset, length);
    } finally {
      this.gate.hooksRunning--;
    }
  }

  #rangeFreed(): Promise<void> {
    return new Promise((resolve) => this.#rangeWaiters.push(resolve));
  }

  #wakeRangeWaiters(): void {
    if (this.#rangeWaiters.length === 0) return;
    const waiters = this.#rangeWaiters;
    this.#rangeWaiters = [];
    for (const wake of waiters) wake();
  }

  #checkRange(operation: IoOperation, offset: number, length: number): void {
    const end = this.#policy.growable ? Number.MAX_SAFE_INTEGER : this.length;
    if (offset >= 0 && offset + length <= end) return;
    throw new IoError('EIO', operation, { offset, node: this.#policy.name });
  }

  #checkWritable(operation: IoOperation): void {
    if (this.#policy.readOnly) throw new IoError('EPERM', operation, { node: this.#policy.name });
  }

  #named(error: unknown): unknown {
    if (error instanceof IoError) error.node ??= this.#policy.name;
    return error;
  }
}
