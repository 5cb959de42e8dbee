type Row = Readonly<Record<string, unknown>>;

/** What a device did per second between two readings; milliseconds per operation are absent when there was none. */
export interface IoRate {
  readonly readBytes: number;
  readonly writeBytes: number;
  readonly readOps: number;
  readonly writeOps: number;
  readonly flushOps: number;
  readonly merged: number;
  readonly readMs?: number | undefined;
  readonly writeMs?: number | undefined;
}

/** The rates of one device: the latest, and its bytes per second for a sparkline (oldest first). */
export interface DeviceRates {
  readonly latest: IoRate;
  readonly history: readonly number[];
  /** Requests that failed since the device is there. */
  readonly failed: number;
}

/** All that is remembered between two readings of `query-blockstats`; start with `noRates`. */
export interface IoRates {
  readonly atMs: number;
  readonly counters: ReadonlyMap<string, Row>;
  readonly devices: ReadonlyMap<string, DeviceRates>;
}

export const noRates: IoRates = { atMs: Number.NaN, counters: new Map(), devices: new Map() };

const idle: IoRate = { readBytes: 0, writeBytes: 0, readOps: 0, writeOps: 0, flushOps: 0, merged: 0 };
const noCounters: Row = {};

/** What a row of `query-blockstats` or `query-block` is called: the device, else its qdev path, else its node. */
export function rowName(row: Row): string {
  return named(row.device) ?? named(row.qdev) ?? named(row['node-name']) ?? '';
}

/**
 * Takes one reading (`stats`: the rows, `atMs`: when they arrived) and returns the rates since the one before.
 * A device seen first, or whose counters fell (a reset), counts as idle for this reading.
 * @param capacity how many rates a device's history keeps
 */
export function addIoReading(previous: IoRates, reading: { stats: readonly Row[]; atMs: number }, capacity = 60): IoRates {
  const { stats, atMs } = reading;
  if (atMs === previous.atMs) return previous;
  // A replay that jumps back begins anew.
  if (atMs < previous.atMs) return addIoReading(noRates, reading, capacity);
  const seconds = (atMs - previous.atMs) / 1000;
  const counters = new Map<string, Row>();
  const devices = new Map<string, DeviceRates>();
  for (const row of stats) {
    const name = rowName(row);
    const now = isRow(row.stats) ? row.stats : noCounters;
    const before = previous.counters.get(name);
    const latest = before === undefined ? idle : rateBetween(before, now, seconds);
    const kept = previous.devices.get(name)?.history ?? [];
    const history = kept.slice(Math.max(0, kept.length - capacity + 1));
    history.push(latest.readBytes + latest.writeBytes);
    counters.set(name, now);
    devices.set(name, { latest, history, failed: failures(now) });
  }
  return { atMs, counters, devices };
}

/** Straight on, without lists: it is done for a thousand devices at once. */
function rateBetween(before: Row, now: Row, seconds: number): IoRate {
  const readBytes = count(now.rd_bytes) - count(before.rd_bytes);
  const writeBytes = count(now.wr_bytes) - count(before.wr_bytes);
  const reads = count(now.rd_operations) - count(before.rd_operations);
  const writes = count(now.wr_operations) - count(before.wr_operations);
  const flushes = count(now.flush_operations) - count(before.flush_operations);
  if (readBytes < 0 || writeBytes < 0 || reads < 0 || writes < 0 || flushes < 0) return idle;
  const merged = count(now.rd_merged) - count(before.rd_merged) + count(now.wr_merged) - count(before.wr_merged);
  return {
    readBytes: readBytes / seconds,
    writeBytes: writeBytes / seconds,
    readOps: reads / seconds,
    writeOps: writes / seconds,
    flushOps: flushes / seconds,
    merged: Math.max(0, merged) / seconds,
    readMs: reads > 0 ? (count(now.rd_total_time_ns) - count(before.rd_total_time_ns)) / reads / 1e6 : undefined,
    writeMs: writes > 0 ? (count(now.wr_total_time_ns) - count(before.wr_total_time_ns)) / writes / 1e6 : undefined,
  };
}

function failures(now: Row): number {
  return count(now.failed_rd_operations) + count(now.failed_wr_operations) + count(now.failed_flush_operations) + count(now.failed_unmap_operations);
}

/** A counter as a number; a bigint counter (beyond 2^53) may lose its last bits, which a rate does not show. */
function count(value: unknown): number {
  return typeof value === 'number' ? value : typeof value === 'bigint' ? Number(value) : 0;
}

function named(name: unknown): string | undefined {
  return typeof name === 'string' && name !== '' ? name : undefined;
}

function isRow(value: unknown): value is Row {
  return typeof value === 'object' && value !== null;
}
