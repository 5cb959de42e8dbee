import { setTimeout as sleep } from 'node:timers/promises';
import { QapiError } from '../qapi/qapi-error.ts';
import type { blockdevOptionsNull } from '../qapi/types/blockdev-file-options.ts';
import type { Infer } from '../qapi/schema.ts';
import type { Extent, ImageFacts, OpenImage } from './driver.ts';

export type NullOptions = Infer<typeof blockdevOptionsNull>;

const DEFAULT_SIZE = 1 << 30;

/** An image that forgets what is written and reads as zero, after a wait if one was asked for. */
export class NullImage implements OpenImage {
  readonly length: number;
  readonly filename: string;
  readonly #latencyMs: number;
  readonly #readZeroes: boolean;

  /** @throws QapiError when the latency or the size is out of range */
  constructor(driver: string, options: NullOptions) {
    this.filename = `${driver}://`;
    this.length = Number(options.size ?? DEFAULT_SIZE);
    this.#latencyMs = Number(options['latency-ns'] ?? 0) / 1e6;
    this.#readZeroes = options['read-zeroes'] ?? false;
    if (this.length < 0) throw new QapiError("Parameter 'size' expects a non-negative number below 2^64");
  }

  async read(_offset: number, into: Buffer): Promise<void> {
    await this.#wait();
    into.fill(0);
  }

  write(): Promise<void> {
    return this.#wait();
  }

  writeZeroes(): Promise<void> {
    return this.#wait();
  }

  discard(): Promise<void> {
    return this.#wait();
  }

  flush(): Promise<void> {
    return this.#wait();
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

  async close(): Promise<void> {
    await this.#wait();
  }

  async #wait(): Promise<void> {
    if (this.#latencyMs > 0) await sleep(this.#latencyMs);
  }
}
