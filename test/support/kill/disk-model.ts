/** What a request does to a disk, when all goes well. */
export type Effect =
  | { readonly kind: 'fill'; readonly verb: FillVerb; readonly offset: number; readonly length: number; readonly value: number }
  | { readonly kind: 'flush' }
  | { readonly kind: 'resize'; readonly size: number }
  | { readonly kind: 'snapshot'; readonly file: string; readonly name: string }
  | { readonly kind: 'delete-snapshot'; readonly file: string; readonly name: string }
  | { readonly kind: 'overlay'; readonly file: string }
  | { readonly kind: 'rename-backing'; readonly filename: string };

/** qemu-io's words for what gives sectors another value. */
export type FillVerb = 'write' | 'write -c' | 'write -z' | 'write -z -u' | 'discard';

/** What one sector, or the disk's size, may be: what is safe for sure, then what came later, some of it acknowledged. */
interface History {
  safe: number;
  readonly later: number[];
  /** How many of the later ones were acknowledged. */
  acknowledged: number;
}

/** A snapshot as it was acknowledged. */
export interface SnapshotState {
  readonly file: string;
  readonly name: string;
  readonly size: number;
  /** The value of each sector. */
  readonly content: Uint8Array;
}

export const SECTOR = 512;

/** A sector for each value. */
const FILLED = Array.from({ length: 256 }, (_, value) => Buffer.alloc(SECTOR, value));

/** The bytes of sectors with these values. */
export function sectorBytes(values: Uint8Array): Buffer {
  return Buffer.concat([...values].map((value) => FILLED[value] as Buffer));
}

/**
 * What may be on a disk whose program was killed. All bytes of a sector have one value. What was acknowledged before an
 * acknowledged flush began must be there, unless a later request was to change it; of what came later, anything may be.
 */
export class DiskModel {
  /** The file that the disk was in for sure. */
  top: string;
  /** Snapshots that must be there. */
  readonly snapshots: SnapshotState[] = [];
  readonly #size: History;
  readonly #safe: Uint8Array;
  readonly #open = new Map<number, History>();
  /** What a flush that is under way will make safe. */
  #flushing: [history: History, acknowledged: number][] = [];
  /** What shows through where the image has nothing. */
  #below: Uint8Array;

  /** @param below the value of each sector of the backing file, which is all that is there at first */
  constructor(disk: { readonly file: string; readonly size: number; readonly maxSize: number; readonly below: Uint8Array }) {
    this.top = disk.file;
    this.#size = { safe: disk.size, later: [], acknowledged: 0 };
    this.#below = disk.below;
    this.#safe = new Uint8Array(disk.maxSize / SECTOR);
    this.#safe.set(disk.below.subarray(0, disk.size / SECTOR));
  }

  start(effect: Effect): void {
    if (effect.kind === 'fill') this.#eachSector(effect, (history) => history.later.push(effect.value));
    else if (effect.kind === 'flush' || effect.kind === 'overlay') this.#startFlush();
    else if (effect.kind === 'resize') this.#startResize(effect.size);
    else if (effect.kind === 'delete-snapshot') this.#forget(effect);
  }

  done(effect: Effect): void {
    if (effect.kind === 'fill') this.#eachSector(effect, (history) => history.acknowledged++);
    else if (effect.kind === 'flush') this.#endFlush();
    else if (effect.kind === 'resize') for (const history of [this.#size, ...this.#open.values()]) history.acknowledged = history.later.length;
    else if (effect.kind === 'snapshot') this.snapshots.push({ file: effect.file, name: effect.name, size: latest(this.#size), content: this.#latest() });
    else if (effect.kind === 'overlay') {
      this.#endFlush();
      this.top = effect.file;
      this.#below = this.#latest();
    }
  }

  isPossibleSize(size: number): boolean {
    return size === this.#size.safe || this.#size.later.includes(size);
  }

  /** The first sector whose bytes cannot be, and what they might have been; undefined when all is well. */
  findLoss(content: Buffer): string | undefined {
    for (let sector = 0; sector < content.length / SECTOR; sector++) {
      const at = sector * SECTOR;
      const history = this.#open.get(sector);
      const possible = [this.#safe[sector] as number, ...(history?.later ?? [])];
      const bytes = content.subarray(at, at + SECTOR);
      if (possible.some((value) => bytes.equals(FILLED[value] as Buffer)) || (history && isTorn(bytes, history))) continue;
      return `sector ${sector} is ${content[at]}..${content[at + SECTOR - 1]}, not one of ${possible.join(', ')} (acknowledged: ${history?.acknowledged ?? 0})`;
    }
    return undefined;
  }

  #eachSector({ offset, length }: { offset: number; length: number }, work: (history: History) => unknown): void {
    for (let sector = offset / SECTOR; sector < (offset + length) / SECTOR; sector++) work(this.#history(sector));
  }

  #history(sector: number): History {
    const known = this.#open.get(sector);
    if (known !== undefined) return known;
    const history = { safe: this.#safe[sector] as number, later: [], acknowledged: 0 };
    this.#open.set(sector, history);
    return history;
  }

  #startFlush(): void {
    this.#flushing = [this.#size, ...this.#open.values()].map((history) => [history, history.acknowledged]);
  }

  #endFlush(): void {
    for (const [history, acknowledged] of this.#flushing) {
      if (acknowledged === 0) continue;
      history.safe = history.later[acknowledged - 1] as number;
      history.later.splice(0, acknowledged);
      history.acknowledged -= acknowledged;
    }
    for (const [sector, history] of this.#open) {
      this.#safe[sector] = history.safe;
      if (history.later.length === 0) this.#open.delete(sector);
    }
  }

  /** While a disk shrinks, its end may still be there, be gone already, or be gone so that what is below shows. */
  #startResize(size: number): void {
    for (let sector = size / SECTOR; sector < latest(this.#size) / SECTOR; sector++) this.#history(sector).later.push(this.#below[sector] ?? 0, 0);
    this.#size.later.push(size);
  }

  #forget({ file, name }: { file: string; name: string }): void {
    const index = this.snapshots.findIndex((snapshot) => snapshot.file === file && snapshot.name === name);
    if (index !== -1) this.snapshots.splice(index, 1);
  }

  #latest(): Uint8Array {
    const content = Uint8Array.from(this.#safe);
    for (const [sector, history] of this.#open) content[sector] = latest(history);
    return content;
  }
}

/**
 * Whether bytes are what a request that was not answered left when it was killed: Linux copies a write page by page of the
 * program's memory, which need not be the file's pages, and ends it between two of them; so it may end within a sector.
 */
function isTorn(bytes: Buffer, { safe, later, acknowledged }: History): boolean {
  const end = bytes.findIndex((byte) => byte !== bytes[0]);
  const values = [safe, ...later];
  const [head, tail] = [bytes[0] as number, bytes[end] as number];
  return values.includes(head, 1 + acknowledged) && values.includes(tail) && bytes.subarray(end).every((byte) => byte === tail);
}

function latest({ safe, later }: History): number {
  return later.at(-1) ?? safe;
}
