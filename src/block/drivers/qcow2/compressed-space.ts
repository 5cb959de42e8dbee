import type { ClusterAllocation } from './cluster-allocation.ts';
import type { Geometry } from './geometry.ts';
import type { CachedTable } from './metadata-cache.ts';
import type { Refcounts } from './refcount.ts';

/** Places compressed clusters one behind the other: a host cluster's refcount is the number of those that touch it. */
export class CompressedSpace {
  readonly #refcounts: Refcounts;
  readonly #allocation: ClusterAllocation;
  readonly #geometry: Geometry;
  /** The next free byte in a cluster that is partly filled; 0 when there is none. */
  #cursor = 0;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(refcounts: Refcounts, allocation: ClusterAllocation, geometry: Geometry) {
    this.#refcounts = refcounts;
    this.#allocation = allocation;
    this.#geometry = geometry;
  }

  /** Takes room for `length` bytes, less than a cluster; returns their offset in the file. */
  allocate(length: number): Promise<number> {
    const place = (): Promise<number> => this.#place(length);
    const turn = this.#turn.then(place, place);
    this.#turn = turn;
    return turn;
  }

  /** A cluster was freed: nothing may be added to it. */
  forget(cluster: number): void {
    if (this.#cursor !== 0 && Math.floor(this.#cursor / this.#geometry.clusterSize) === cluster) this.#cursor = 0;
  }

  async #place(length: number): Promise<number> {
    const { clusterSize } = this.#geometry;
    const partial = Math.floor(this.#cursor / clusterSize);
    const room = this.#cursor === 0 ? 0 : (partial + 1) * clusterSize - this.#cursor;
    if (room >= length && (await this.#addReference(partial))) return this.#advance(this.#cursor, length);
    const { hostOffset } = await this.#allocation.allocate(1, 'compressed cluster');
    const continues = room > 0 && room < length && hostOffset === (partial + 1) * clusterSize;
    if (continues && (await this.#addReference(partial))) return this.#advance(this.#cursor, length);
    return this.#advance(hostOffset, length);
  }

  #advance(offset: number, length: number): number {
    const end = offset + length;
    this.#cursor = end % this.#geometry.clusterSize === 0 ? 0 : end;
    return offset;
  }

  /** Whether one more compressed cluster may lie in the partly filled host cluster; if so, it is counted. */
  async #addReference(cluster: number): Promise<boolean> {
    while (this.#refcounts.peekBlock(cluster) === undefined) await this.#refcounts.loadBlock(cluster);
    if (this.#cursor === 0) return false;
    const block = this.#refcounts.peekBlock(cluster) as CachedTable;
    const count = this.#refcounts.count(block, cluster);
    if (count === 0 || count >= this.#refcounts.width.maximum) return false;
    this.#refcounts.setCount(block, cluster, count + 1);
    return true;
  }
}
