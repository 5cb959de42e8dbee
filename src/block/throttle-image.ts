import { FilterImage } from './filter-image.ts';
import type { BlockIo, WriteOptions, ZeroOptions } from './driver.ts';
import type { ThrottleMember } from './throttle-group.ts';
import type { ThrottleGroups } from './throttle-groups.ts';

/** Passes requests on when its throttle group allows it; what changes no data is not counted. */
export class ThrottleImage extends FilterImage {
  readonly #groups: ThrottleGroups;
  readonly #member: ThrottleMember;

  /** Joins the group of this name until it is closed. */
  constructor(below: BlockIo, group: string, groups: ThrottleGroups) {
    super(below);
    this.#groups = groups;
    this.#member = groups.join(group);
  }

  override read(offset: number, into: Buffer): Promise<void> {
    return this.#member.pass('read', into.length, () => super.read(offset, into));
  }

  override write(offset: number, from: Buffer, options?: WriteOptions): Promise<void> {
    return this.#member.pass('write', from.length, () => super.write(offset, from, options));
  }

  override writeZeroes(offset: number, length: number, options?: ZeroOptions): Promise<void> {
    return this.#member.pass('write', length, () => super.writeZeroes(offset, length, options));
  }

  override discard(offset: number, length: number): Promise<void> {
    return this.#member.pass('write', length, () => super.discard(offset, length));
  }

  /** Nothing waits, now and until the returned function is called. */
  letPass(): () => void {
    return this.#member.letPass();
  }

  override async close(): Promise<void> {
    this.#groups.leave(this.#member);
  }
}
