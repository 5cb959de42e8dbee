import { isZero } from '../block/is-zero.ts';
import type { BlockIo, HostRange } from '../block/driver.ts';
import { copyRange, isCopyRangeAvailable } from '../host/copy-range.ts';
import { PieceBuffers } from './piece-buffers.ts';
import { atSide } from './side-error.ts';

/** Bytes that tell whether a piece may be all zero. */
const SAMPLE = 4096;

/** A piece that begins at the same offset at both ends. */
export interface OffloadPiece {
  /** Where its bytes lie plainly in a host file, if they do. */
  readonly from: HostRange | undefined;
  readonly source: Pick<BlockIo, 'read'>;
  readonly target: BlockIo;
  readonly offset: number;
  /** Bytes. */
  readonly length: number;
}

/**
 * Copies pieces inside the host, where both ends lie plainly in its files. What begins with zeroes is left to be read:
 * all of it may be zero, which the host would copy unseen.
 */
export class Offload {
  /** Until the host has failed once. */
  #works = isCopyRangeAvailable();
  readonly #samples = new PieceBuffers(SAMPLE);

  /** False when the piece has still to be read and written. Errors are SideErrors. */
  async copy({ from, source, target, offset, length }: OffloadPiece): Promise<boolean> {
    if (!this.#works || from === undefined || target.writeOffloaded === undefined) return false;
    if (await this.#beginsWithZeroes(source, offset, length)) return false;
    return atSide('write', target.writeOffloaded(offset, length, (to, at, count) => this.#put(moved(from, at), to, count)));
  }

  #beginsWithZeroes(source: Pick<BlockIo, 'read'>, offset: number, length: number): Promise<boolean> {
    return this.#samples.lend(Math.min(SAMPLE, length), async (sample) => {
      await atSide('read', source.read(offset, sample));
      return isZero(sample);
    });
  }

  /** A failed system call is not yet an error: reading and writing will tell whether it is one, and whose. */
  async #put(from: HostRange, to: HostRange, length: number): Promise<boolean> {
    for (let done = 0; done < length;) {
      const copied = await copyRange(from.descriptor, from.offset + done, to.descriptor, to.offset + done, length - done).catch(() => 0);
      if (copied <= 0) return this.#works = false;
      done += copied;
    }
    return true;
  }
}

const moved = ({ descriptor, offset }: HostRange, by: number): HostRange => ({ descriptor, offset: offset + by });
