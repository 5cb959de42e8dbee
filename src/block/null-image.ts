import { setTimeout as sleep } from 'node:timers/promises';
import { QapiError } from '../qapi/qapi-error.ts';
import type { blockdevOptionsNull } from '../qapi/types/blockdev-file-options.ts';
import type { Infer } from '../qapi/schema.ts';
import type { Extent, ImageFacts, OpenImage } from './driver.ts';

export type NullOptions = Infer<typeof blockdevOptionsNull>;

const DEFAULT_SIZE = 1 << 30;
const SECTOR = 512n;
/** QEMU's longest image, a GiB short of 2^63. */
const LONGEST = (1n << 63n) - (1n << 30n);
const LONGEST_SLEEP_MS = 2 ** 31 - 1;

/** An image that forgets what is written and reads as zero, after a wait if one was asked for. */
export class NullImage implements OpenImage {
  readonly length: number;
  readonly filename: string;
  readonly #latencyMs: number;
  readonly #readZeroes: boolean;
  #isChanged = false;

  /** @throws QapiError when the latency or the size is out of range */
  constructor(driver: string, options: NullOptions) {
    this.filename = `${driver}://`;
    this.length = lengthOf(BigInt(options.size ?? DEFAULT_SIZE));
    const latency = BigInt(options['latency-ns'] ?? 0);
    if (latency >= 1n << 63n) throw new QapiError('latency-ns is invalid');
    this.#latencyMs = Math.min(Number(latency) / 1e6, LONGEST_SLEEP_MS);
    this.#readZeroes = options['read-zeroes'] ?? false;
  }

  async read(_offset: number, into: Buffer): Promise<void> {
    await this.#wait();
    into.fill(0);
  }

  write(): Promise<void> {
    return this.#change();
  }

  writeZeroes(): Promise<void> {
    return this.#change();
  }

  discard(): Promise<void> {
    return this.#change();
  }

  /** Waits only where something was written, so that an image that is slow to a fault can be closed. */
  async flush(): Promise<void> {
    if (this.#isChanged) await this.#wait();
    this.#isChanged = false;
  }

  async truncate(): Promise<void> {
    throw new QapiError('Image format driver does not support resize');
  }

  async map(offset: number, length: number): Promise<Extent> {
    return { offset, length, kind: this.#readZeroes ? 'zero' : 'data', hostOffset: offset };
  }

  async allocatedBytes(): Promise<number> {
    return 0;
  }

  facts(): ImageFacts {
    return {};
  }

  async close(): Promise<void> {}

  #change(): Promise<void> {
    this.#isChanged = true;
    return this.#wait();
  }

  async #wait(): Promise<void> {
    if (this.#latencyMs > 0) await sleep(this.#latencyMs);
  }
}

/** Whole sectors: a number is exact there far beyond 2^53. */
function lengthOf(size: bigint): number {
  if (size < 0n) throw new QapiError("Parameter 'size' expects a non-negative number below 2^64");
  if (size > LONGEST) throw new QapiError('Could not refresh total sector count: File too large');
  return Number(size > Number.MAX_SAFE_INTEGER ? (size + SECTOR - 1n) / SECTOR * SECTOR : size);
}
