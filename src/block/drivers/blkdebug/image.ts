import { FilterImage } from '../../filter-image.ts';
import { SuspendedRequests } from './suspended-requests.ts';
import type { Limits } from './limits.ts';
import type { Rules } from './rules.ts';
import type { BlockIo, Extent, WriteOptions, ZeroOptions } from '../../driver.ts';
import type { BlkdebugEvent } from '../../../qapi/types/blkdebug-options.ts';

/** Passes requests on, except those that its rules let fail or stop. */
export class BlkdebugImage extends FilterImage {
  readonly alignment: number | undefined;
  readonly breakpoints = new SuspendedRequests();
  readonly #rules: Rules;
  readonly #limits: Limits;

  constructor(below: BlockIo, rules: Rules, limits: Limits) {
    super(below);
    this.#rules = rules;
    this.#limits = limits;
    this.alignment = limits.align > 1 ? limits.align : undefined;
  }

  readonly raise = (event: BlkdebugEvent): Promise<void> => {
    this.#rules.onEvent(event);
    return this.breakpoints.pass(event);
  };

  override async read(offset: number, into: Buffer): Promise<void> {
    await inPieces(into.length, this.#limits.maxTransfer, async (at, length) => {
      await this.#rules.check('read', offset + at, length);
      await this.below.read(offset + at, into.subarray(at, at + length));
    });
  }

  override async write(offset: number, from: Buffer, options?: WriteOptions): Promise<void> {
    await inPieces(from.length, this.#limits.maxTransfer, async (at, length) => {
      await this.#rules.check('write', offset + at, length);
      await this.below.write(offset + at, from.subarray(at, at + length), options);
    });
  }

  override async writeZeroes(offset: number, total: number, options?: ZeroOptions): Promise<void> {
    await inPieces(total, this.#limits.maxWriteZero, async (at, length) => {
      await this.#rules.check('write-zeroes', offset + at, length);
      await this.below.writeZeroes(offset + at, length, options);
    });
  }

  override async discard(offset: number, total: number): Promise<void> {
    await inPieces(total, this.#limits.maxDiscard, async (at, length) => {
      await this.#rules.check('discard', offset + at, length);
      await this.below.discard(offset + at, length);
    });
  }

  override async flush(): Promise<void> {
    await this.#rules.check('flush', 0, 0);
    await super.flush();
  }

  override async map(offset: number, length: number): Promise<Extent> {
    await this.#rules.check('block-status', offset, length);
    return this.below.map(offset, length);
  }
}

/** Requests of at most `most` bytes, one after the other; 0 means no limit. */
async function inPieces(total: number, most: number, work: (at: number, length: number) => Promise<void>): Promise<void> {
  if (most === 0 || total <= most) return work(0, total);
  for (let at = 0; at < total; at += most) await work(at, Math.min(most, total - at));
}
