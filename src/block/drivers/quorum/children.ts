import { QapiError } from '../../../qapi/qapi-error.ts';
import type { BlockIo, ChangingChildren } from '../../driver.ts';

const PREFIX = 'children.';

/** Adds and removes copies while a quorum is at work. */
export class QuorumChildren implements ChangingChildren {
  readonly #children: Map<string, BlockIo>;
  readonly #rule: { readonly threshold: number; readonly isFixed: boolean };
  #next: number;

  /** @param rule how many children there must be at least, and whether there may be others at all */
  constructor(children: Map<string, BlockIo>, rule: { readonly threshold: number; readonly isFixed: boolean }) {
    this.#children = children;
    this.#rule = rule;
    this.#next = children.size;
  }

  get nextName(): string {
    return `${PREFIX}${this.#next}`;
  }

  checkAdd(): void {
    if (this.#rule.isFixed) throw new QapiError('Cannot add a child to a quorum in blkverify mode');
  }

  checkRemove(): void {
    const { threshold } = this.#rule;
    if (this.#children.size <= threshold) {
      throw new QapiError(`The number of children cannot be lower than the vote threshold ${threshold}`);
    }
  }

  add(name: string, child: BlockIo): void {
    this.#children.set(name, child);
    this.#next = Math.max(this.#next, Number(name.slice(PREFIX.length)) + 1);
  }

  /** The number of the last child can be given out again. */
  remove(name: string): void {
    this.#children.delete(name);
    if (name === `${PREFIX}${this.#next - 1}`) this.#next--;
  }
}
