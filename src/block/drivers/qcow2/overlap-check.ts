/** The kinds of metadata that are guarded against writes, under the names of the `overlap-check` option. */
export type MetadataSection =
  | 'main-header' | 'active-l1' | 'active-l2' | 'refcount-table' | 'refcount-block' | 'snapshot-table' | 'inactive-l1' | 'inactive-l2'
  | 'bitmap-directory';

/** The names in QEMU's messages, in the order in which it looks. */
const NAMES: Readonly<Record<MetadataSection, string>> = {
  'main-header': 'qcow2_header',
  'active-l1': 'active L1 table',
  'active-l2': 'active L2 table',
  'refcount-table': 'refcount table',
  'refcount-block': 'refcount block',
  'snapshot-table': 'snapshot table',
  'inactive-l1': 'inactive L1 table',
  'inactive-l2': 'inactive L2 table',
  'bitmap-directory': 'bitmap directory',
};

const SECTIONS = Object.keys(NAMES) as MetadataSection[];

interface Area {
  readonly section: MetadataSection;
  readonly offset: number;
  readonly length: number;
}

/** Knows where the image's metadata lies, so that a damaged refcount cannot make data overwrite it. */
export class OverlapCheck {
  readonly #clusterSize: number;
  readonly #guarded: ReadonlySet<MetadataSection>;
  #areas: Area[] = [];
  /** Single-cluster tables: cluster index -> a bit for each section that has one there. */
  readonly #tables = new Map<number, number>();

  constructor(clusterSize: number, guarded: ReadonlySet<MetadataSection>) {
    this.#clusterSize = clusterSize;
    this.#guarded = guarded;
  }

  isGuarded(section: MetadataSection): boolean {
    return this.#guarded.has(section);
  }

  /** Says where a table of several clusters lies now; `offset` and `length` in bytes. */
  setArea(section: MetadataSection, offset: number, length: number): void {
    this.#areas = this.#areas.filter((area) => area.section !== section);
    this.addArea(section, offset, length);
  }

  addArea(section: MetadataSection, offset: number, length: number): void {
    if (this.#guarded.has(section) && length > 0) this.#areas.push({ section, offset, length });
  }

  addTable(section: MetadataSection, hostOffset: number): void {
    if (!this.#guarded.has(section)) return;
    const cluster = Math.floor(hostOffset / this.#clusterSize);
    this.#tables.set(cluster, (this.#tables.get(cluster) ?? 0) | bitOf(section));
  }

  removeTable(section: MetadataSection, hostOffset: number): void {
    const cluster = Math.floor(hostOffset / this.#clusterSize);
    const rest = (this.#tables.get(cluster) ?? 0) & ~bitOf(section);
    if (rest === 0) this.#tables.delete(cluster);
    else this.#tables.set(cluster, rest);
  }

  /** QEMU's name for the metadata that `length` bytes at `offset` in the file would hit, if any. */
  find(offset: number, length: number, except?: MetadataSection): string | undefined {
    if (length === 0 || offset + length > Number.MAX_SAFE_INTEGER) return undefined;
    const hit = this.#bitsAt(offset, length) & ~(except === undefined ? 0 : bitOf(except));
    if (hit === 0) return undefined;
    const section = SECTIONS.find((candidate) => (hit & bitOf(candidate)) !== 0);
    return section === undefined ? undefined : NAMES[section];
  }

  #bitsAt(offset: number, length: number): number {
    let bits = 0;
    for (const area of this.#areas) {
      if (area.offset < offset + length && offset < area.offset + area.length) bits |= bitOf(area.section);
    }
    const last = Math.floor((offset + length - 1) / this.#clusterSize);
    for (let cluster = Math.floor(offset / this.#clusterSize); cluster <= last; cluster++) bits |= this.#tables.get(cluster) ?? 0;
    return bits;
  }
}

function bitOf(section: MetadataSection): number {
  return 1 << SECTIONS.indexOf(section);
}
