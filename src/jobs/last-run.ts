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
    return this.known(offset, length) ?? (this.#run = await this.#map(offset, length));
  }

  /** The same, if nothing has to be looked for. */
  known(offset: number, length: number): Run | undefined {
    const known = this.#run;
    return known !== undefined && known.offset <= offset && offset < known.offset + known.length ? cut(known, offset, length) : undefined;
  }

  /** It may have changed. */
  forget(): void {
    this.#run = undefined;
  }
}

function cut<Run extends Extent>(run: Run, offset: number, length: number): Run {
  const skipped = offset - run.offset;
  const hostOffset = run.hostOffset === undefined ? undefined : run.hostOffset + skipped;
  return { ...run, offset, length: Math.min(run.length - skipped, length), hostOffset };
}
