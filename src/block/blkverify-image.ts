import { FilterImage } from './filter-image.ts';
import { firstDifference } from './first-difference.ts';
import { IoError } from './io-error.ts';
import type { BlockIo, Extent, WriteOptions, ZeroOptions } from './driver.ts';
import type { IoOperation } from './io-error.ts';

/** An image under test beside a raw one: each request goes to both, and what comes back must be the same. */
export class BlkverifyImage extends FilterImage {
  readonly #raw: BlockIo;

  /** What there is to see is the image under test. */
  constructor(test: BlockIo, raw: BlockIo) {
    super(test);
    this.#raw = raw;
  }

  override async read(offset: number, into: Buffer): Promise<void> {
    const expected = Buffer.allocUnsafe(into.length);
    await this.#both('read', { offset, length: into.length }, [() => this.below.read(offset, into), () => this.#raw.read(offset, expected)]);
    const place = firstDifference(into, expected);
    if (place < 0) return;
    throw failure('read', { offset, length: into.length }, `contents mismatch at offset ${offset + place}`);
  }

  override write(offset: number, from: Buffer, options?: WriteOptions): Promise<void> {
    const range = { offset, length: from.length };
    return this.#both('write', range, [() => this.below.write(offset, from, options), () => this.#raw.write(offset, from, options)]);
  }

  override async writeZeroes(offset: number, length: number, options?: ZeroOptions): Promise<void> {
    if (options?.mustBeFast === true) throw new IoError('ENOTSUP', 'write-zeroes', { offset });
    const range = { offset, length };
    await this.#both('write-zeroes', range, [
      () => this.below.writeZeroes(offset, length, options), () => this.#raw.writeZeroes(offset, length, options),
    ]);
  }

  /** What discarded bytes read as is each image's own business: to compare them would make no sense. */
  override async discard(): Promise<void> {}

  override flush(): Promise<void> {
    return this.below.flush();
  }

  override async truncate(length: number): Promise<void> {
    await this.below.truncate(length);
    await this.#raw.truncate(length);
  }

  /** Everything has to be read to be compared. */
  override async map(offset: number, length: number): Promise<Extent> {
    return { offset, length, kind: 'data' };
  }

  async #both(operation: IoOperation, range: Range, work: readonly [() => Promise<void>, () => Promise<void>]): Promise<void> {
    const [test, raw] = await Promise.all([codeAfter(work[0]), codeAfter(work[1])]);
    if (test?.code !== raw?.code) throw failure(operation, range, `return value mismatch ${test?.code ?? 0} != ${raw?.code ?? 0}`);
    if (test !== undefined) throw test;
  }
}

interface Range {
  readonly offset: number;
  readonly length: number;
}

async function codeAfter(work: () => Promise<void>): Promise<IoError | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    if (error instanceof IoError) return error;
    throw error;
  }
}

/** Where QEMU says this and ends, the request fails. */
function failure(operation: IoOperation, { offset, length }: Range, what: string): IoError {
  return new IoError('EIO', operation, { offset, cause: new Error(`blkverify: ${operation} offset=${offset} bytes=${length} ${what}`) });
}
