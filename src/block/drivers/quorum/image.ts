import { QapiError } from '../../../qapi/qapi-error.ts';
import { IoError } from '../../io-error.ts';
import { QuorumChildren } from './children.ts';
import type { Outcome, Votes } from './votes.ts';
import type { BlockIo, DriverEvent, Extent, ImageFacts, OpenImage, WriteOptions, ZeroOptions } from '../../driver.ts';

export interface QuorumSettings {
  /** How reads are answered: by vote, by the first child that can, or by two that must agree. */
  readonly mode: 'quorum' | 'fifo' | 'blkverify';
  /** Children that were outvoted get what the others say. */
  readonly rewrites: boolean;
}

type Operation = 'read' | 'write' | 'flush';
interface Range {
  readonly offset: number;
  readonly length: number;
}

const SECTOR = 512;

/** The same disk several times: what enough of the children say is the truth. */
export class QuorumImage implements OpenImage {
  readonly changingChildren: QuorumChildren;
  onEvent: OpenImage['onEvent'];
  readonly #children: Map<string, BlockIo>;
  readonly #votes: Votes;
  readonly #settings: QuorumSettings;

  constructor(children: Map<string, BlockIo>, votes: Votes, settings: QuorumSettings) {
    this.#children = children;
    this.#votes = votes;
    this.#settings = settings;
    this.changingChildren = new QuorumChildren(children, { threshold: votes.threshold, isFixed: settings.mode === 'blkverify' });
  }

  /** Bytes; of the first child, which all others are as long as. */
  get length(): number {
    return [...this.#children.values()][0]?.length ?? 0;
  }

  /** @throws QapiError when the children are not equally long */
  checkLengths(): void {
    const isEqual = [...this.#children.values()].every(({ length }) => length === this.length);
    if (!isEqual) throw new QapiError('Could not refresh total sector count: Input/output error');
  }

  async read(offset: number, into: Buffer): Promise<void> {
    const range = { offset, length: into.length };
    if (this.#settings.mode === 'fifo') return this.#readFirst(range, into);
    const outcomes = await this.#onEach(async (child) => {
      const bytes = Buffer.allocUnsafe(into.length);
      await child.read(offset, bytes);
      return bytes;
    });
    this.#judge('read', range, outcomes);
    if (this.#settings.mode === 'blkverify') checkEqual(range, outcomes);
    const winner = this.#votes.winner(outcomes);
    if (winner === undefined) {
      this.#reportFailure(range);
      throw new IoError('EIO', 'read', { offset });
    }
    winner.bytes.copy(into);
    for (const child of winner.outvoted) this.#reportBad('read', range, { child });
    if (this.#settings.rewrites) await this.#rewrite(offset, winner);
  }

  async write(offset: number, from: Buffer, options?: WriteOptions): Promise<void> {
    this.#judge('write', { offset, length: from.length }, await this.#onEach((child) => child.write(offset, from, options)));
  }

  async writeZeroes(offset: number, length: number, options?: ZeroOptions): Promise<void> {
    if (options?.mustBeFast === true) throw new IoError('ENOTSUP', 'write-zeroes', { offset });
    this.#judge('write', { offset, length }, await this.#onEach((child) => child.writeZeroes(offset, length, options)));
  }

  /** The children might read differently afterwards. */
  async discard(): Promise<void> {}

  async flush(): Promise<void> {
    const outcomes = await this.#onEach((child) => child.flush());
    this.#reportErrors('flush', { offset: 0, length: 0 }, outcomes);
    const failure = this.#votes.failure(outcomes);
    if (failure !== undefined) throw failure;
  }

  async truncate(): Promise<void> {
    throw new QapiError('Image format driver does not support resize');
  }

  /** Zero where all of the children that can tell say so. */
  async map(offset: number, length: number): Promise<Extent> {
    let rest = length;
    for (const child of this.#children.values()) {
      const extent = await child.map(offset, rest);
      rest = Math.min(rest, extent.length);
      if (extent.kind !== 'zero') return { offset, length: rest, kind: 'data' };
    }
    return { offset, length: rest, kind: 'zero' };
  }

  facts(): ImageFacts {
    return {};
  }

  /** Nothing of its own to release. */
  async close(): Promise<void> {}

  async #onEach(work: (child: BlockIo) => Promise<Buffer | void>): Promise<Outcome[]> {
    return Promise.all([...this.#children].map(async ([child, io]): Promise<Outcome> => {
      try {
        return { child, bytes: (await work(io)) ?? undefined };
      } catch (error) {
        if (error instanceof IoError) return { child, error };
        throw error;
      }
    }));
  }

  async #readFirst(range: Range, into: Buffer): Promise<void> {
    let last: IoError | undefined;
    for (const [child, io] of this.#children) {
      try {
        return await io.read(range.offset, into);
      } catch (error) {
        if (!(error instanceof IoError)) throw error;
        last = error;
        this.#reportBad('read', range, { child, error });
      }
    }
    throw last ?? new IoError('EIO', 'read', { offset: range.offset });
  }

  /** A child that cannot be corrected stays as it is. */
  async #rewrite(offset: number, { bytes, outvoted }: { readonly bytes: Buffer; readonly outvoted: readonly string[] }): Promise<void> {
    await Promise.allSettled(outvoted.map(async (child) => this.#children.get(child)?.write(offset, bytes)));
  }

  /** @throws IoError the error that most children gave, when too few have succeeded */
  #judge(operation: Operation, range: Range, outcomes: readonly Outcome[]): void {
    this.#reportErrors(operation, range, outcomes);
    const failure = this.#votes.failure(outcomes);
    if (failure === undefined) return;
    this.#reportFailure(range);
    throw failure;
  }

  #reportErrors(operation: Operation, range: Range, outcomes: readonly Outcome[]): void {
    for (const outcome of outcomes) if (outcome.error !== undefined) this.#reportBad(operation, range, outcome);
  }

  #reportBad(type: Operation, range: Range, { child, error }: Outcome): void {
    this.#tell({ name: 'QUORUM_REPORT_BAD', child, data: { type, ...(error !== undefined && { error: error.message }), ...sectors(range) } });
  }

  #reportFailure(range: Range): void {
    this.#tell({ name: 'QUORUM_FAILURE', data: sectors(range) });
  }

  #tell(event: DriverEvent): void {
    this.onEvent?.(event);
  }
}

function sectors({ offset, length }: Range): Record<string, number> {
  const first = Math.floor(offset / SECTOR);
  return { 'sector-num': first, 'sectors-count': Math.ceil((offset + length) / SECTOR) - first };
}

/** Where QEMU ends at a difference, the request fails. */
function checkEqual({ offset, length }: Range, outcomes: readonly Outcome[]): void {
  const [one, other] = outcomes;
  if (one?.bytes === undefined || other?.bytes === undefined || one.bytes.equals(other.bytes)) return;
  throw new IoError('EIO', 'read', { offset, cause: new Error(`quorum: offset=${offset} bytes=${length} contents mismatch`) });
}
