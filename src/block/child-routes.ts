import type { BlkdebugEvent } from '../qapi/types/blkdebug-options.ts';
import type { BlockIo, Extent, PutInHost, WriteOptions, ZeroOptions } from './driver.ts';

/** What an image sees of a child: always the node that is the child now. */
class ChildRoute implements BlockIo {
  target: BlockIo;

  constructor(target: BlockIo) {
    this.target = target;
  }

  get length(): number {
    return this.target.length;
  }

  get isGrowable(): boolean | undefined {
    return this.target.isGrowable;
  }

  get clusterSize(): number | undefined {
    return this.target.clusterSize;
  }

  get raise(): ((event: BlkdebugEvent) => Promise<void>) | undefined {
    return this.target.raise;
  }

  get exclusively(): BlockIo['exclusively'] {
    return this.target.exclusively?.bind(this.target);
  }

  read(offset: number, into: Buffer): Promise<void> {
    return this.target.read(offset, into);
  }

  write(offset: number, from: Buffer, options?: WriteOptions): Promise<void> {
    return this.target.write(offset, from, options);
  }

  async writeOffloaded(offset: number, length: number, put: PutInHost): Promise<boolean> {
    return (await this.target.writeOffloaded?.(offset, length, put)) ?? false;
  }

  writeZeroes(offset: number, length: number, options?: ZeroOptions): Promise<void> {
    return this.target.writeZeroes(offset, length, options);
  }

  discard(offset: number, length: number): Promise<void> {
    return this.target.discard(offset, length);
  }

  flush(): Promise<void> {
    return this.target.flush();
  }

  truncate(length: number): Promise<void> {
    return this.target.truncate(length);
  }

  map(offset: number, length: number): Promise<Extent> {
    return this.target.map(offset, length);
  }
}

/** A node's images see their children through these: they lead to other nodes when children are replaced. */
export class ChildRoutes {
  readonly #routes = new Set<ChildRoute>();

  /** One more route, for an image that is opened or gets one more child. */
  to(target: BlockIo): BlockIo {
    const route = new ChildRoute(target);
    this.#routes.add(route);
    return route;
  }

  /** What led to one node leads to another from now on. */
  divert(from: BlockIo, to: BlockIo): void {
    for (const route of this.#routes) if (route.target === from) route.target = to;
  }
}
