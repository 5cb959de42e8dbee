import type { Extent } from '../block/driver.ts';

/** Maps runs and remembers the last one, as looking for its end may be slow; what it maps must not change meanwhile. */
export class LastRun<Run extends Extent> {
  #run: Run | undefined;
  readonly #map: (offset: number, length: number) => Promise<Run>;

  constructor(map: (offset: number, length: number) => Promise<Run>) {
    this.#map = map;
  }

  /** The run from `offset` on, at most `length` bytes. */
  async at(offset: number, length: number): Promise<Run> {
    const known = this.#run;
    if (known !== undefined && known.offset <= offset && offset < known.offset + known.length) return cut(known, offset, length);
    this.#run = await this.#map(offset, length);
    return this.#run;
  }
}

function cut<Run extends Extent>(run: Run, offset: number, length: number): Run {
  const skipped = offset - run.offset;
  const hostOffset = run.hostOffset === undefined ? undefined : run.hostOffset + skipped;
  return { ...run, offset, length: Math.min(run.length - skipped, length), hostOffset };
}
