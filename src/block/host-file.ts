import { allocatedBytes, closeFile, readFully, syncData, truncateFile, writeFully } from '../host/file.ts';
import { fileRunAt, findFileRun, punchHole, zeroRange } from '../host/holes.ts';
import { besideOthers, PageCache } from '../host/page-cache.ts';
import { onHost } from './host-failure.ts';
import { HostLock } from './host-lock.ts';
import { IoError } from './io-error.ts';
import type { FileRun } from '../host/holes.ts';
import type { Extent, ImageFacts, OpenImage, PutInHost, WriteOptions, ZeroOptions } from './driver.ts';

/** Bytes up to the end of the file in which looking for a hole takes no time to speak of. */
const NEAR = 64 << 20;

/** Bytes that a file never has as a hole once it has any: who reads it past the host's cache finds its alignment there, as in QEMU. */
const FIRST_BLOCK = 4096;

const ZEROES = Buffer.alloc(1 << 20);

const DONE = Promise.resolve();

export interface HostFileInit {
  readonly filename: string;
  readonly descriptor: number;
  /** Bytes. */
  readonly length: number;
  readonly fixed: boolean;
  /** Absent: nobody asks for locks. */
  readonly locks?: 'taken' | HostLock | { readonly failure: string };
}

/** An open host file or device as an image: its bytes lie where they are. */
export class HostFile implements OpenImage {
  readonly filename: string;
  readonly descriptor: number;
  readonly lock?: HostLock;
  readonly lockFailure?: string;
  #length: number;
  readonly #pageCache: PageCache;
  /** Devices keep their length. */
  readonly #fixed: boolean;

  constructor(file: HostFileInit) {
    this.filename = file.filename;
    this.descriptor = file.descriptor;
    this.#pageCache = new PageCache(file.descriptor);
    this.#length = file.length;
    this.#fixed = file.fixed;
    if (file.locks === 'taken') this.lock = new HostLock(file.descriptor, file.filename);
    else if (file.locks instanceof HostLock) this.lock = file.locks;
    else if (file.locks !== undefined) this.lockFailure = file.locks.failure;
  }

  get length(): number {
    return this.#length;
  }

  read(offset: number, into: Buffer): Promise<void> {
    return besideOthers(into.length, (isAlone) => this.#read(offset, into, isAlone));
  }

  write(offset: number, from: Buffer, options?: WriteOptions): Promise<void> {
    return besideOthers(from.length, (isAlone) => this.#write(offset, from, isAlone, options));
  }

  #read(offset: number, into: Buffer, isAlone: boolean): Promise<void> {
    const done = isAlone ? this.#pageCache.read(offset, into) : 0;
    return done === into.length ? DONE : onHost('read', offset, readFully(this.descriptor, offset + done, into.subarray(done)));
  }

  #write(offset: number, from: Buffer, isAlone: boolean, options?: WriteOptions): Promise<void> {
    const done = isAlone ? this.#pageCache.write(offset, from) : 0;
    if (done < from.length || options?.fua === true) return this.#writeOn(offset + done, from.subarray(done), options);
    this.#reached(offset + from.length);
    return DONE;
  }

  async writeOffloaded(offset: number, length: number, put: PutInHost): Promise<boolean> {
    const isDone = await put({ descriptor: this.descriptor, offset }, 0, length);
    if (isDone) this.#reached(offset + length);
    return isDone;
  }

  async writeZeroes(offset: number, length: number, options?: ZeroOptions): Promise<void> {
    if (length === 0) return;
    await onHost('write-zeroes', offset, this.#zero(offset, length, options));
    this.#reached(offset + length);
  }

  async discard(offset: number, length: number): Promise<void> {
    const inside = Math.min(length, this.#length - offset);
    if (inside > 0) await onHost('discard', offset, punchHole(this.descriptor, offset, inside));
  }

  /** A device that has nothing to sync (`/dev/null`) says EINVAL. */
  async flush(): Promise<void> {
    try {
      await onHost('flush', 0, syncData(this.descriptor));
    } catch (error) {
      if (!(this.#fixed && error instanceof IoError && error.code === 'EINVAL')) throw error;
    }
  }

  async truncate(length: number): Promise<void> {
    if (!Number.isSafeInteger(length)) throw new IoError('EFBIG', 'truncate', { offset: length });
    if (this.#fixed) return;
    await onHost('truncate', length, truncateFile(this.descriptor, length));
    if (this.#length === 0) await onHost('truncate', length, writeFully(this.descriptor, 0, ZEROES.subarray(0, Math.min(length, FIRST_BLOCK))));
    this.#length = length;
  }

  async map(offset: number, length: number): Promise<Extent> {
    const end = Math.min(offset + length, this.#length);
    if (offset >= end) return { offset, length, kind: 'zero' };
    const run = this.#fixed ? { kind: 'data', end } : await this.#runAt(offset, end);
    return { offset, length: run.end - offset, kind: run.kind === 'data' ? 'data' : 'zero', hostOffset: offset };
  }

  allocatedBytes(): Promise<number> {
    return onHost('metadata', 0, allocatedBytes(this.descriptor));
  }

  facts(): ImageFacts {
    return { dirty: false };
  }

  close(): Promise<void> {
    this.lock?.close();
    return onHost('metadata', 0, closeFile(this.descriptor));
  }

  /** The kernel looks up to the end of the file, whatever `end` is. */
  #runAt(offset: number, end: number): FileRun | Promise<FileRun> {
    const isNear = this.#length - offset <= NEAR;
    return isNear ? fileRunAt(this.descriptor, offset, end) : findFileRun(this.descriptor, offset, end);
  }

  async #writeOn(offset: number, from: Buffer, options?: WriteOptions): Promise<void> {
    await onHost('write', offset, writeFully(this.descriptor, offset, from));
    this.#reached(offset + from.length);
    if (options?.fua === true) await this.flush();
  }

  async #zero(offset: number, length: number, { mayUnmap = false, mustBeFast = false }: ZeroOptions = {}): Promise<void> {
    const end = offset + length;
    if (mayUnmap && !this.#fixed) {
      const inside = Math.min(end, this.#length) - offset;
      if (inside <= 0 || (await punchHole(this.descriptor, offset, inside))) {
        await this.#extend(end);
        return;
      }
    }
    if (!this.#fixed && (await zeroRange(this.descriptor, offset, length))) return;
    if (mustBeFast) throw new IoError('ENOTSUP', 'write-zeroes', { offset });
    for (let at = offset; at < end; at += ZEROES.length) {
      await writeFully(this.descriptor, at, ZEROES.subarray(0, Math.min(ZEROES.length, end - at)));
    }
  }

  /** By writing the last byte, which unlike ftruncate cannot cut off what another request writes behind it meanwhile. */
  async #extend(end: number): Promise<void> {
    if (end > this.#length) await writeFully(this.descriptor, end - 1, ZEROES.subarray(0, 1));
  }

  #reached(end: number): void {
    if (end > this.#length && !this.#fixed) this.#length = end;
  }
}
