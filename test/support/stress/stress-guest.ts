import { setTimeout as sleep } from 'node:timers/promises';
import type { BlockBackend } from '../../../src/block/backend.ts';
import type { Random } from '../../block/drivers/qcow2/support/scratch.ts';
import type { Fill } from './disk-content.ts';
import { SECTOR } from './disk-content.ts';
import type { StressDisk } from './stress-disk.ts';
import { randomFill } from './stress-disk.ts';

/** A guest that writes to its disk, several requests at once, and reads what it knows to be there. */
export class StressGuest {
  readonly #disk: StressDisk;
  readonly #backend: BlockBackend;
  readonly #random: Random;

  constructor(disk: StressDisk, backend: BlockBackend, random: Random) {
    this.#disk = disk;
    this.#backend = backend;
    this.#random = random;
  }

  /** Goes on until it is told to stop. @throws when a request fails or brings the wrong bytes */
  async play(stop: AbortSignal): Promise<void> {
    while (!stop.aborted) {
      const kind = this.#random.below(8);
      if (kind === 0) await this.#backend.flush();
      else if (kind <= 2) await this.#check();
      else await Promise.all(this.#apart(1 + this.#random.below(4)).map((fill) => this.#write(fill)));
      await sleep(this.#random.below(8));
    }
  }

  /** Ranges that do not touch one another. */
  #apart(count: number): Fill[] {
    const fills: Fill[] = [];
    for (let i = 0; i < count; i++) {
      const fill = randomFill(this.#random, this.#disk.content.size);
      if (fills.every(({ offset, length }) => offset + length <= fill.offset || fill.offset + fill.length <= offset)) fills.push(fill);
    }
    return fills;
  }

  async #write({ offset, length, value }: Fill): Promise<void> {
    const isZero = this.#random.below(6) === 0;
    const fill = { offset, length, value: isZero ? 0 : value };
    this.#disk.content.start(fill);
    if (isZero) await this.#backend.writeZeroes(offset, length, { mayUnmap: this.#random.below(2) === 0 });
    else await this.#backend.write(offset, Buffer.alloc(length, value));
    this.#disk.content.done(fill);
  }

  async #check(): Promise<void> {
    const { offset, length } = randomFill(this.#random, this.#disk.content.size);
    const bytes = Buffer.alloc(length);
    await this.#backend.read(offset, bytes);
    for (let at = 0; at < length; at += SECTOR) {
      const value = this.#disk.content.sectors[(offset + at) / SECTOR]!;
      if (!bytes.subarray(at, at + SECTOR).every((byte) => byte === value)) {
        throw new Error(`${this.#disk.device} shows the guest ${bytes[at]} instead of ${value} at ${offset + at}`);
      }
    }
  }
}
