import { QapiError } from '../qapi/qapi-error.ts';
import { IoError } from './io-error.ts';
import { foreignFormat } from './foreign-formats.ts';
import { surestDriver } from './probe.ts';
import type { BlockIo, Extent, ImageFacts, OpenImage, PutInHost, WriteOptions, ZeroOptions } from './driver.ts';

const SECTOR = 512;

/** Where the bytes of an image lie in its file. */
export interface RawPlace {
  readonly offset: number;
  /** Absent: up to the end of the file. */
  readonly size?: number;
  /** Raw is only a guess: the first sector must not become another format's, or the next guess would be that. */
  readonly probed?: boolean;
}

/** The bytes of a file from an offset on, to its end or for a fixed size. */
export class RawImage implements OpenImage {
  readonly #file: BlockIo;
  readonly #offset: number;
  readonly #size: number | undefined;
  readonly #probed: boolean;

  constructor(file: BlockIo, { offset, size, probed }: RawPlace) {
    this.#file = file;
    this.#offset = offset;
    this.#size = size;
    this.#probed = probed ?? false;
  }

  /** A guessed image is written by the sector, so that the first one is always seen as a whole. */
  get alignment(): number | undefined {
    return this.#probed ? SECTOR : undefined;
  }

  get length(): number {
    return this.#size ?? Math.max(0, this.#file.length - this.#offset);
  }

  read(offset: number, into: Buffer): Promise<void> {
    const { raise } = this.#file;
    if (raise !== undefined) return raise('read_aio').then(() => this.#file.read(this.#offset + offset, into));
    return this.#file.read(this.#offset + offset, into);
  }

  async write(offset: number, from: Buffer, options?: WriteOptions): Promise<void> {
    if (this.#probed && offset < SECTOR) await this.#checkHead(from.subarray(0, SECTOR));
    if (this.#file.raise !== undefined) await this.#file.raise('write_aio');
    await this.#file.write(this.#offset + offset, from, options);
  }

  /** What must be looked at has to come here. */
  async writeOffloaded(offset: number, length: number, put: PutInHost): Promise<boolean> {
    if (this.#file.writeOffloaded === undefined || this.#file.raise !== undefined || (this.#probed && offset < SECTOR)) return false;
    return this.#file.writeOffloaded(this.#offset + offset, length, put);
  }

  writeZeroes(offset: number, length: number, options?: ZeroOptions): Promise<void> {
    return this.#file.writeZeroes(this.#offset + offset, length, options);
  }

  discard(offset: number, length: number): Promise<void> {
    return this.#file.discard(this.#offset + offset, length);
  }

  async flush(): Promise<void> {
    const { raise } = this.#file;
    if (raise !== undefined) await raise('flush_to_os').then(() => raise('flush_to_disk'));
    await this.#file.flush();
  }

  async truncate(length: number): Promise<void> {
    if (this.#size !== undefined) throw new QapiError('Cannot resize fixed-size raw disks');
    await this.#file.truncate(this.#offset + length);
  }

  async map(offset: number, length: number): Promise<Extent> {
    const extent = await this.#file.map(this.#offset + offset, length);
    return { ...extent, offset, hostOffset: this.#offset + offset };
  }

  facts(): ImageFacts {
    return {};
  }

  /** Nothing of its own to release; the graph flushes before it closes. */
  async close(): Promise<void> {}

  async #checkHead(head: Buffer): Promise<void> {
    if (head.length > 0 && (foreignFormat(head) !== undefined || (await surestDriver(head, '')).name !== 'raw')) throw new IoError('EPERM', 'write', { offset: 0 });
  }
}
