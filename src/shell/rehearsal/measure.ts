import type { ImageNode } from './block-state.ts';
import { isFilter } from './block-state.ts';
import type { AllocationRun, ImageFiles } from './image-files.ts';

/** How many bytes a job moves, as far as that can be known beforehand. */
export type Amount =
  | { readonly known: true; readonly data: number; readonly zeroes: number }
  | { readonly known: false; readonly reason: string };

export interface MeasureRequest {
  /** Images whose bytes are looked for, topmost first; a filter among them holds nothing. */
  readonly layers: readonly ImageNode[];
  /** Where this image holds something itself, nothing is copied. */
  readonly except?: ImageNode | undefined;
  /** Bytes from the start. */
  readonly length: number;
  /** The job copies whole units of this many bytes. */
  readonly unit: number;
}

/** Counts what the layers hold, as they would be copied. Why it is not known is told, not thrown. */
export async function measure(images: ImageFiles, { layers, except, length, unit }: MeasureRequest): Promise<Amount> {
  const own = layers.filter((layer) => !isFilter(layer));
  const mapped = except === undefined ? own : [except, ...own];
  const count = new UnitCount(unit, length);
  try {
    const sources = mapped.map((node) => runsOf(node, images));
    for await (const run of mergeLayers(sources, length)) {
      if (except === undefined || run.depth > 0) count.add(run);
    }
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return { known: false, reason: error.message };
  }
  return { known: true, data: count.data, zeroes: count.zeroes };
}

function runsOf({ name, filename, driver, size, isEmpty }: ImageNode, images: ImageFiles): AsyncIterable<AllocationRun> {
  return isEmpty === true ? emptyImage(size) : images.map({ filename, format: driver, node: name, size });
}

async function* emptyImage(length: number): AsyncGenerator<AllocationRun> {
  if (length > 0) yield { offset: 0, length, kind: 'unallocated' };
}

/** A run and the layer, counted from the top, that it is from; `unallocated` where none of them holds it. */
export interface MergedRun extends AllocationRun {
  readonly depth: number;
}

/** Lays images over each other: each run is the topmost that is not left to those below. Beyond its end a lower image reads as zero. */
export async function* mergeLayers(sources: readonly AsyncIterable<AllocationRun>[], length: number): AsyncGenerator<MergedRun> {
  const cursors = sources.map((source) => new RunCursor(source));
  try {
    for (let offset = 0; offset < length;) {
      let end = length;
      let found: { kind: AllocationRun['kind']; depth: number } = { kind: 'unallocated', depth: cursors.length };
      for (const [depth, cursor] of cursors.entries()) {
        const run = await cursor.at(offset);
        if (run !== undefined) end = Math.min(end, run.offset + run.length);
        if (run?.kind === 'unallocated') continue;
        found = { kind: run?.kind ?? 'zero', depth };
        break;
      }
      yield { offset, length: end - offset, ...found };
      offset = end;
    }
  } finally {
    for (const cursor of cursors) await cursor.close();
  }
}

/** Reads runs one after another and keeps the last. */
class RunCursor {
  readonly #runs: AsyncIterator<AllocationRun>;
  #run: AllocationRun | undefined;
  #isOver = false;

  constructor(source: AsyncIterable<AllocationRun>) {
    this.#runs = source[Symbol.asyncIterator]();
  }

  /** The run with this byte, which is never before that of the last call; undefined beyond the end. */
  async at(offset: number): Promise<AllocationRun | undefined> {
    while (!this.#isOver && (this.#run === undefined || this.#run.offset + this.#run.length <= offset)) {
      const next = await this.#runs.next();
      if (next.done === true) this.#isOver = true;
      else this.#run = next.value;
    }
    return this.#isOver ? undefined : this.#run;
  }

  async close(): Promise<void> {
    await this.#runs.return?.();
  }
}

/** Bytes of data in whole units, and of units without data that hold zeroes; each counted once. */
class UnitCount {
  readonly #unit: number;
  readonly #length: number;
  #data = { bytes: 0, end: 0 };
  #any = { bytes: 0, end: 0 };

  constructor(unit: number, length: number) {
    this.#unit = unit;
    this.#length = length;
  }

  get data(): number {
    return this.#data.bytes;
  }

  get zeroes(): number {
    return this.#any.bytes - this.#data.bytes;
  }

  /** Runs come in order. */
  add({ offset, length, kind }: AllocationRun): void {
    if (kind === 'data') this.#data = this.#grown(this.#data, offset, offset + length);
    if (kind !== 'unallocated') this.#any = this.#grown(this.#any, offset, offset + length);
  }

  #grown({ bytes, end: counted }: { bytes: number; end: number }, start: number, end: number): { bytes: number; end: number } {
    const from = Math.max(counted, Math.floor(start / this.#unit) * this.#unit);
    const to = Math.min(this.#length, Math.ceil(end / this.#unit) * this.#unit);
    return to <= from ? { bytes, end: counted } : { bytes: bytes + to - from, end: to };
  }
}
