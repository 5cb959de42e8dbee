import { isZero } from '../block/is-zero.ts';
import type { BlockIo, HostRange } from '../block/driver.ts';
import { copyRange, isCopyRangeAvailable } from '../host/copy-range.ts';
import { JobCancelled } from './job-work.ts';
import { PieceBuffers } from './piece-buffers.ts';
import { PIECE } from './piece-size.ts';
import { atSide } from './side-error.ts';

/** Bytes that tell whether what they begin may be all zero. */
const SAMPLE = 4096;

/** Where the bytes of a piece lie, and whether anybody still waits for them. */
export interface PieceOrigin {
  /** Where they lie plainly in a host file, if they do. */
  readonly from?: HostRange | undefined;
  /** Asked between the steps of a large piece. */
  readonly isWanted?: () => boolean;
}

/** A piece that begins at the same offset at both ends. */
export interface OffloadPiece extends PieceOrigin {
  readonly source: Pick<BlockIo, 'read'>;
  readonly target: BlockIo;
  readonly offset: number;
  /** Bytes. */
  readonly length: number;
}

/** Reads and writes a part of a piece. */
export type Carry = (offset: number, length: number) => Promise<void>;

/**
 * Copies pieces inside the host where both ends lie plainly in its files, and has the rest carried. What begins with
 * zeroes is carried too: all of it may be zero, which the host would copy unseen.
 */
export class Offload {
  /** Bytes that are carried at a time. */
  readonly #step: number;
  /** Until the host has failed once. */
  #works = isCopyRangeAvailable();
  readonly #samples = new PieceBuffers(SAMPLE);

  /** @param clusterSize of the target: it gets whole clusters */
  constructor(clusterSize: number | undefined) {
    this.#step = Math.max(PIECE, clusterSize ?? 0);
  }

  /** Copies a piece. Errors of the host's part are SideErrors. @throws JobCancelled when nobody wants it any more */
  async copy(piece: OffloadPiece, carry: Carry): Promise<void> {
    const end = piece.offset + piece.length;
    for (let offset = piece.offset; offset < end;) {
      let length = await this.#copyInHost(piece, offset, end);
      if (length === 0) {
        if (piece.isWanted?.() === false) throw new JobCancelled();
        length = Math.min(this.#step, end - offset);
        await carry(offset, length);
      }
      offset += length;
    }
  }

  /** Copies from `offset` on, as far as nothing may be zero; how many bytes. */
  async #copyInHost({ from, isWanted, source, target, offset: start }: OffloadPiece, offset: number, end: number): Promise<number> {
    if (!this.#works || from === undefined || target.writeOffloaded === undefined) return 0;
    let length = 0;
    while (offset + length < end && !(await this.#beginsWithZeroes(source, offset + length, end))) {
      length = Math.min(length + this.#step, end - offset);
    }
    if (length === 0) return 0;
    const put = (to: HostRange, at: number, count: number): Promise<boolean> => this.#put(moved(from, offset - start + at), to, { count, isWanted });
    return await atSide('write', target.writeOffloaded(offset, length, put)) ? length : 0;
  }

  #beginsWithZeroes(source: Pick<BlockIo, 'read'>, offset: number, end: number): Promise<boolean> {
    return this.#samples.lend(Math.min(SAMPLE, end - offset), async (sample) => {
      await atSide('read', source.read(offset, sample));
      return isZero(sample);
    });
  }

  /** A failed system call is not yet an error: reading and writing will tell whether it is one, and whose. */
  async #put(from: HostRange, to: HostRange, { count, isWanted }: { count: number; isWanted: PieceOrigin['isWanted'] }): Promise<boolean> {
    for (let done = 0; done < count;) {
      if (isWanted?.() === false) return false;
      const length = Math.min(PIECE, count - done);
      const copied = await copyRange(from.descriptor, from.offset + done, to.descriptor, to.offset + done, length).catch(() => 0);
      if (copied <= 0) return this.#works = false;
      done += copied;
    }
    return true;
  }
}

const moved = ({ descriptor, offset }: HostRange, by: number): HostRange => ({ descriptor, offset: offset + by });
