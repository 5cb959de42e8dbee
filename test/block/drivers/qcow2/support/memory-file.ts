import type { BlockIo, Extent, PutInHost } from '../../../../../src/block/driver.ts';
import { IoError } from '../../../../../src/block/io-error.ts';
import type { Random } from './scratch.ts';

/** The largest file; damaged metadata may lead far away. */
const LIMIT = 64 * 2 ** 20;

/** What a disk writes as a whole or not at all. */
const SECTOR = 512;

interface PendingWrite {
  readonly offset: number;
  readonly bytes: Buffer;
}

/** A file in memory whose machine can lose power: what was not flushed is then there or not, write by write. */
export class MemoryFile implements BlockIo {
  readonly isGrowable = true;
  /** Writes and truncations so far. */
  changes = 0;
  /** From this change on nothing works any more. */
  failFrom = Number.POSITIVE_INFINITY;
  #bytes: Buffer<ArrayBufferLike>;
  #durable: Buffer<ArrayBufferLike>;
  #pending: PendingWrite[] = [];

  constructor(bytes: Buffer) {
    this.#bytes = Buffer.from(bytes);
    this.#durable = Buffer.from(bytes);
  }

  get length(): number {
    return this.#bytes.length;
  }

  /** What a process that is killed leaves behind: every write that was done. */
  get content(): Buffer {
    return this.#bytes;
  }

  /** What a machine that loses power leaves behind: what was flushed, and any sectors of what was not. */
  afterPowerLoss(random: Random): Buffer {
    let bytes: Buffer = Buffer.from(this.#durable);
    for (const write of this.#pending) {
      const unit = random.pick([write.bytes.length, SECTOR]);
      for (let at = 0; at < write.bytes.length; at += unit) {
        if (random.below(2) === 0) bytes = put(bytes, { offset: write.offset + at, bytes: write.bytes.subarray(at, at + unit) });
      }
    }
    return bytes;
  }

  async read(offset: number, into: Buffer): Promise<void> {
    await Promise.resolve();
    into.fill(0);
    this.#bytes.copy(into, 0, Math.min(offset, this.#bytes.length), Math.min(offset + into.length, this.#bytes.length));
  }

  async write(offset: number, from: Buffer): Promise<void> {
    this.#change('write');
    if (offset + from.length > LIMIT) throw new IoError('ENOSPC', 'write', { offset });
    const write = { offset, bytes: Buffer.from(from) };
    this.#bytes = put(this.#bytes, write);
    this.#pending.push(write);
    await Promise.resolve();
  }

  /** Whoever puts bytes here writes them into this file. */
  writeOffloaded(offset: number, length: number, putInHost: PutInHost): Promise<boolean> {
    return putInHost({ descriptor: -1, offset }, 0, length);
  }

  writeZeroes(offset: number, length: number): Promise<void> {
    return this.write(offset, Buffer.alloc(Math.min(length, LIMIT + 1)));
  }

  async discard(): Promise<void> {
    this.#change('discard');
  }

  async flush(): Promise<void> {
    if (this.changes >= this.failFrom) throw new IoError('EIO', 'flush');
    const pending = this.#pending;
    this.#pending = [];
    for (const write of pending) this.#durable = put(this.#durable, write);
    await Promise.resolve();
  }

  async truncate(length: number): Promise<void> {
    this.#change('truncate');
    await this.flush();
    this.#bytes = this.#durable = length <= this.length ? this.#bytes.subarray(0, length) : Buffer.concat([this.#bytes, Buffer.alloc(length - this.length)]);
    this.#durable = Buffer.from(this.#bytes);
  }

  async map(offset: number, length: number): Promise<Extent> {
    return { offset, length, kind: 'data', hostOffset: offset };
  }

  #change(operation: 'write' | 'discard' | 'truncate'): void {
    if (this.changes >= this.failFrom) throw new IoError('EIO', operation);
    this.changes++;
  }
}

function put(bytes: Buffer, { offset, bytes: from }: PendingWrite): Buffer {
  const end = offset + from.length;
  const grown = end > bytes.length ? Buffer.concat([bytes, Buffer.alloc(end - bytes.length)]) : bytes;
  from.copy(grown, offset);
  return grown;
}
