import type { BlockDriver, BlockIo, Extent, ImageFacts, OpenImage } from '../../src/block/driver.ts';
import { IoError } from '../../src/block/io-error.ts';
import type { IoOperation } from '../../src/block/io-error.ts';
import { ChildRoutes } from '../../src/block/child-routes.ts';
import { BlockNode } from '../../src/block/node.ts';

/** Fails or delays a request: called before each, with what it is about. */
export type Trouble = (operation: IoOperation, offset: number, length: number) => Promise<void> | void;

export interface MemoryImageOptions {
  /** Bytes. */
  readonly length: number;
  readonly clusterSize?: number;
  readonly trouble?: Trouble;
}

type Cluster = Buffer | 'zero';

/** A complete image format in memory: clusters, zero clusters and a backing image. */
export class MemoryImage implements OpenImage {
  length: number;
  trouble: Trouble | undefined;
  backingFilename: string | undefined;
  backingFormat: string | undefined;
  isClosed = false;
  readonly written: { offset: number; length: number; compressed: boolean }[] = [];
  readonly #clusterSize: number;
  readonly #clusters = new Map<number, Cluster>();
  #backing: BlockIo | undefined;

  constructor(options: MemoryImageOptions) {
    this.length = options.length;
    this.#clusterSize = options.clusterSize ?? 65536;
    this.trouble = options.trouble;
  }

  /** Bytes stored. */
  get allocated(): number {
    return this.#clusters.size * this.#clusterSize;
  }

  facts(): ImageFacts {
    return { clusterSize: this.#clusterSize, backingFilename: this.backingFilename, backingFormat: this.backingFormat };
  }

  setBacking(backing: BlockIo | undefined): void {
    this.#backing = backing;
  }

  async changeBackingFile(filename: string | undefined, format: string | undefined): Promise<void> {
    await this.#meet('metadata', 0, 0);
    this.backingFilename = filename;
    this.backingFormat = format;
  }

  async read(offset: number, into: Buffer): Promise<void> {
    await this.#meet('read', offset, into.length);
    for (const part of this.#parts(offset, into.length)) {
      const cluster = this.#clusters.get(part.index);
      const target = into.subarray(part.from - offset, part.to - offset);
      if (cluster === undefined) await this.#readBacking(part.from, target);
      else if (cluster === 'zero') target.fill(0);
      else cluster.copy(target, 0, part.from - part.start, part.to - part.start);
    }
  }

  async write(offset: number, from: Buffer, options?: { compressed?: boolean }): Promise<void> {
    const data = Buffer.from(from);
    await this.#meet('write', offset, from.length);
    this.written.push({ offset, length: from.length, compressed: options?.compressed === true });
    for (const part of this.#parts(offset, data.length)) {
      const cluster = await this.#own(part.index);
      data.copy(cluster, part.from - part.start, part.from - offset, part.to - offset);
    }
  }

  async writeZeroes(offset: number, length: number): Promise<void> {
    await this.#meet('write-zeroes', offset, length);
    for (const part of this.#parts(offset, length)) {
      if (part.from === part.start && part.to === part.end) this.#clusters.set(part.index, 'zero');
      else (await this.#own(part.index)).fill(0, part.from - part.start, part.to - part.start);
    }
  }

  async discard(offset: number, length: number): Promise<void> {
    await this.writeZeroes(offset, length);
  }

  async flush(): Promise<void> {
    await this.#meet('flush', 0, 0);
  }

  async truncate(length: number): Promise<void> {
    this.length = length;
  }

  async map(offset: number, length: number): Promise<Extent> {
    await this.#meet('map', offset, length);
    let kind: Extent['kind'] | undefined;
    let end = offset;
    for (const part of this.#parts(offset, length)) {
      const cluster = this.#clusters.get(part.index);
      const own = cluster === undefined ? 'unallocated' : cluster === 'zero' ? 'zero' : 'data';
      if (kind !== undefined && own !== kind) break;
      kind = own;
      end = part.to;
    }
    return { kind: kind ?? 'unallocated', offset, length: end - offset };
  }

  async close(): Promise<void> {
    this.isClosed = true;
  }

  async #meet(operation: IoOperation, offset: number, length: number): Promise<void> {
    if (this.isClosed) throw new IoError('EBADF', operation);
    await this.trouble?.(operation, offset, length);
  }

  /** The cluster's bytes, first copied from the backing image where it was not allocated. */
  async #own(index: number): Promise<Buffer> {
    const known = this.#clusters.get(index);
    if (Buffer.isBuffer(known)) return known;
    const fresh = Buffer.alloc(this.#clusterSize);
    if (known === undefined) await this.#readBacking(index * this.#clusterSize, fresh);
    const meanwhile = this.#clusters.get(index);
    if (Buffer.isBuffer(meanwhile)) return meanwhile;
    this.#clusters.set(index, fresh);
    return fresh;
  }

  async #readBacking(offset: number, into: Buffer): Promise<void> {
    const stored = Math.max(0, Math.min(into.length, (this.#backing?.length ?? 0) - offset));
    into.fill(0, stored);
    if (stored > 0) await this.#backing?.read(offset, into.subarray(0, stored));
  }

  *#parts(offset: number, length: number): Generator<{ index: number; start: number; end: number; from: number; to: number }> {
    for (let from = offset; from < offset + length;) {
      const index = Math.floor(from / this.#clusterSize);
      const start = index * this.#clusterSize;
      const end = Math.min(start + this.#clusterSize, this.length);
      const to = Math.min(end, offset + length);
      yield { index, start, end, from, to };
      from = to;
    }
  }
}

const DRIVER: BlockDriver = {
  name: 'memory', role: 'format', doc: 'an image in memory', options: {}, children: [], compresses: true, reopens: [],
  open: () => Promise.reject(new Error('made by memoryNode()')),
};

/** Closes memory nodes that nobody holds, as the graph does. */
export const memoryGraph = {
  makeName: () => '#block0',
  async release(node: BlockNode): Promise<void> {
    if (--node.references > 0) return;
    await node.image.close();
    for (const child of node.children.values()) {
      child.detach(node);
      await memoryGraph.release(child);
    }
  },
};

/** A node of the real graph over a memory image; the backing node's reference passes to it. */
export async function memoryNode(name: string, image: MemoryImage, backing?: BlockNode): Promise<BlockNode> {
  const node = new BlockNode({
    name, image, driver: DRIVER, readOnly: false, given: {}, explicit: {}, children: new Map(), routes: new ChildRoutes(),
    opener: () => Promise.resolve(image), release: (dropped) => memoryGraph.release(dropped),
    options: {
      readOnly: false, autoReadOnly: false, discard: 'unmap', detectZeroes: 'off',
      cache: { direct: false, noFlush: false, writeback: true },
    },
  });
  if (backing !== undefined) {
    await node.setBacking(backing);
    await memoryGraph.release(backing);
  }
  return node;
}
