export const SECTOR = 512;

/** Bytes of one value each sector: what a request makes of a range. */
export interface Fill {
  readonly offset: number;
  readonly length: number;
  readonly value: number;
}

/** What the guest knows of its disk: the value of each sector, and what is on its way there. */
export class DiskContent {
  /** All bytes of a sector have one value. */
  readonly sectors: Uint8Array;
  readonly #underWay = new Set<Fill>();
  readonly #moments = new Set<Moment>();

  constructor(sectors: Uint8Array) {
    this.sectors = sectors;
  }

  get size(): number {
    return this.sectors.length * SECTOR;
  }

  start(fill: Fill): void {
    this.#underWay.add(fill);
    for (const moment of this.#moments) moment.allow(fill);
  }

  done(fill: Fill): void {
    this.#underWay.delete(fill);
    this.sectors.fill(fill.value, fill.offset / SECTOR, (fill.offset + fill.length) / SECTOR);
  }

  /** Opens a moment: some instant between now and when it is closed. */
  open(): Moment {
    const moment = new Moment(Uint8Array.from(this.sectors), this.#underWay, () => this.#moments.delete(moment));
    this.#moments.add(moment);
    return moment;
  }

  /** The disk as it is now. */
  now(): Moment {
    return this.open().close();
  }
}

/** What the disk held at one instant, as far as that is known: writes that were on their way may have come before or after it. */
export class Moment {
  readonly #sectors: Uint8Array;
  readonly #allowed: Fill[];
  readonly #onClose: () => void;

  constructor(sectors: Uint8Array, underWay: Iterable<Fill>, onClose: () => void) {
    this.#sectors = sectors;
    this.#allowed = [...underWay];
    this.#onClose = onClose;
  }

  allow(fill: Fill): void {
    this.#allowed.push(fill);
  }

  close(): this {
    this.#onClose();
    return this;
  }

  get size(): number {
    return this.#sectors.length * SECTOR;
  }

  /** How bytes differ from all that was possible; undefined when they do not. */
  difference(bytes: Buffer): string | undefined {
    if (bytes.length !== this.size) return `${bytes.length} bytes instead of ${this.size}`;
    const wrong: number[] = [];
    for (let sector = 0; sector < this.#sectors.length; sector++) if (!this.#isPossible(sector, bytes)) wrong.push(sector);
    const [first] = wrong as [number];
    if (wrong.length === 0) return undefined;
    return `${wrong.length} sectors of ${this.#sectors.length} differ: sector ${first} is ${bytes[first * SECTOR]}, not ${this.#sectors[first]}; last ${wrong.at(-1)}`;
  }

  #isPossible(sector: number, bytes: Buffer): boolean {
    const at = sector * SECTOR;
    const value = bytes[at] as number;
    if (!bytes.subarray(at, at + SECTOR).every((byte) => byte === value)) return false;
    return value === this.#sectors[sector]
      || this.#allowed.some((fill) => fill.value === value && fill.offset <= at && at < fill.offset + fill.length);
  }
}
