import type { BlkdebugEvent } from '../../../qapi/types/blkdebug-options.ts';
import type { ImageFile } from './image-file.ts';

/** An L2 table or refcount block in memory. */
export interface CachedTable {
  readonly hostOffset: number;
  readonly bytes: Buffer;
  /** The bytes that the file does not have yet; empty when from >= to. */
  dirtyFrom: number;
  dirtyTo: number;
  /** Loaded for somebody who has not looked at it yet: not to be dropped, or requests could rob each other forever. */
  isAwaited: boolean;
  /** Writes of this table that are on their way. */
  writing: number;
  lastUse: number;
}

/** What tables are, and what debugging is told of them. */
export interface TableKind {
  readonly section: 'active-l2' | 'refcount-block';
  readonly load: BlkdebugEvent;
  readonly update: BlkdebugEvent;
}

export const L2_TABLE: TableKind = { section: 'active-l2', load: 'l2_load', update: 'l2_update' };
export const REFCOUNT_BLOCK: TableKind = { section: 'refcount-block', load: 'refblock_load', update: 'refblock_update_part' };

/** Bytes that are to be written to the file, taken out of a table at one moment. */
export interface PendingWrite {
  readonly hostOffset: number;
  readonly bytes: Buffer;
  readonly table: CachedTable;
  readonly from: number;
}

/** Dirty parts are written in whole sectors. */
const SECTOR = 512;

/**
 * Tables of one cluster each, kept in memory and written back late. It never writes by itself:
 * the write-back asks for what is dirty and puts it to the file in the right order.
 *
 * Whoever uses a table must look it up and use it without awaiting in between (`peek`), and `load` when it is not there.
 */
export class MetadataCache {
  readonly #file: ImageFile;
  readonly #tableBytes: number;
  readonly #limit: number;
  readonly #tables = new Map<number, CachedTable>();
  readonly #loading = new Map<number, Promise<void>>();
  readonly kind: TableKind;
  #clock = 0;
  /** Tables last used before this moment were not used since the last sweep. */
  #sweep = 0;
  #keepers = 0;

  /** @param limit the most tables that are kept when they are clean */
  constructor(file: ImageFile, tableBytes: number, limit: number, kind: TableKind = L2_TABLE) {
    this.kind = kind;
    this.#file = file;
    this.#tableBytes = tableBytes;
    this.#limit = limit;
  }

  /** The table if it is in memory. */
  peek(hostOffset: number): CachedTable | undefined {
    const table = this.#tables.get(hostOffset);
    if (table === undefined) return undefined;
    table.lastUse = ++this.#clock;
    table.isAwaited = false;
    return table;
  }

  /** Brings a table into memory. It may be gone again after an await: peek and, if need be, load again. */
  load(hostOffset: number): Promise<void> {
    const running = this.#loading.get(hostOffset);
    if (running !== undefined) return running;
    const loading = this.#read(hostOffset).finally(() => this.#loading.delete(hostOffset));
    this.#loading.set(hostOffset, loading);
    return loading;
  }

  /** Puts a new table, all of it dirty, in place of whatever was known of this offset. */
  create(hostOffset: number, content?: Buffer): CachedTable {
    const bytes = content === undefined ? Buffer.alloc(this.#tableBytes) : Buffer.from(content);
    return this.#insert(hostOffset, bytes, this.#tableBytes);
  }

  markDirty(table: CachedTable, from: number, to: number): void {
    if (table.dirtyFrom >= table.dirtyTo) {
      table.dirtyFrom = from;
      table.dirtyTo = to;
    } else {
      table.dirtyFrom = Math.min(table.dirtyFrom, from);
      table.dirtyTo = Math.max(table.dirtyTo, to);
    }
  }

  /** Forgets a table whose cluster is no longer one. */
  drop(hostOffset: number): void {
    this.#tables.delete(hostOffset);
  }

  get isDirty(): boolean {
    for (const table of this.#tables.values()) if (table.dirtyFrom < table.dirtyTo) return true;
    return false;
  }

  get isOverLimit(): boolean {
    return this.#tables.size > this.#limit;
  }

  /** Copies out everything dirty and counts it as clean; `settle` must follow for each. */
  takeDirty(): PendingWrite[] {
    const writes: PendingWrite[] = [];
    for (const table of this.#tables.values()) {
      if (table.dirtyFrom >= table.dirtyTo) continue;
      const from = Math.floor(table.dirtyFrom / SECTOR) * SECTOR;
      const to = Math.min(this.#tableBytes, Math.ceil(table.dirtyTo / SECTOR) * SECTOR);
      writes.push({ hostOffset: table.hostOffset + from, bytes: Buffer.from(table.bytes.subarray(from, to)), table, from });
      table.dirtyFrom = table.dirtyTo = 0;
      table.writing++;
    }
    return writes;
  }

  /** The end of a pending write: what failed is dirty again. */
  settle(write: PendingWrite, isWritten: boolean): void {
    write.table.writing--;
    if (!isWritten) this.markDirty(write.table, write.from, write.from + write.bytes.length);
  }

  /** Nothing is dropped while `work` runs: for what needs many tables at once. */
  async keepingAll<T>(work: () => Promise<T>): Promise<T> {
    this.#keepers++;
    try {
      return await work();
    } finally {
      this.#keepers--;
    }
  }

  /** Drops the least recently used clean tables until the limit holds or only dirty ones are left. */
  shrink(limit: number = this.#limit): void {
    if (this.#tables.size <= limit || this.#keepers > 0) return;
    const clean = [...this.#tables.values()].filter((table) => isIdle(table) && !table.isAwaited);
    clean.sort((a, b) => a.lastUse - b.lastUse);
    for (const table of clean.slice(0, this.#tables.size - limit)) this.#tables.delete(table.hostOffset);
  }

  /** Drops clean tables that nobody has used since the last call. */
  dropUnused(): void {
    if (this.#keepers > 0) return;
    for (const table of [...this.#tables.values()]) if (isIdle(table) && table.lastUse < this.#sweep) this.#tables.delete(table.hostOffset);
    this.#sweep = ++this.#clock;
  }

  async #read(hostOffset: number): Promise<void> {
    const { raise } = this.#file;
    if (raise !== undefined) await raise(this.kind.load);
    const bytes = await this.#file.readBytes(hostOffset, this.#tableBytes);
    if (this.#tables.has(hostOffset)) return;
    if (this.#tables.size >= this.#limit) this.shrink(Math.max(0, this.#limit - 1));
    this.#insert(hostOffset, bytes, 0).isAwaited = true;
  }

  #insert(hostOffset: number, bytes: Buffer, dirtyTo: number): CachedTable {
    const table: CachedTable = { hostOffset, bytes, dirtyFrom: 0, dirtyTo, isAwaited: false, writing: 0, lastUse: ++this.#clock };
    this.#tables.set(hostOffset, table);
    return table;
  }
}

/** Clean, and not on its way to the file. */
function isIdle(table: CachedTable): boolean {
  return table.dirtyFrom >= table.dirtyTo && table.writing === 0;
}
