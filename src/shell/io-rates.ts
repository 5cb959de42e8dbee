type Row = Readonly<Record<string, unknown>>;

/** What a device did per second between two readings; milliseconds per operation are absent when there was none. */
export interface IoRate {
  readonly readBytes: number;
  readonly writeBytes: number;
  readonly readOps: number;
  readonly writeOps: number;
  readonly flushOps: number;
  readonly readMs?: number;
  readonly writeMs?: number;
  readonly flushMs?: number;
}

/** The rates of one device: the latest, and the last ones for a sparkline (oldest first). */
export interface DeviceRates {
  readonly latest: IoRate;
  readonly history: readonly IoRate[];
}

/** All that is remembered between two readings of `query-blockstats`; start with `noRates`. */
export interface IoRates {
  readonly atMs: number;
  readonly counters: ReadonlyMap<string, Row>;
  readonly devices: ReadonlyMap<string, DeviceRates>;
}

export const noRates: IoRates = { atMs: Number.NaN, counters: new Map(), devices: new Map() };

const idle: IoRate = { readBytes: 0, writeBytes: 0, readOps: 0, writeOps: 0, flushOps: 0 };

/** What a row of `query-blockstats` or `query-block` is called: the device, else its qdev path, else its node. */
export function rowName(row: Row): string {
  for (const key of ['device', 'qdev', 'node-name']) {
    const name = row[key];
    if (typeof name === 'string' && name !== '') return name;
  }
  return '';
}

/**
 * Takes one reading (`stats`: the rows, `atMs`: when they arrived) and returns the rates since the one before.
 * A device seen first, or whose counters fell (a reset), counts as idle for this reading.
 * @param capacity how many rates a device's history keeps
 */
export function addIoReading(previous: IoRates, reading: { stats: readonly Row[]; atMs: number }, capacity = 120): IoRates {
  const { stats, atMs } = reading;
  if (atMs === previous.atMs) return previous;
  // A replay that jumps back begins anew.
  if (atMs < previous.atMs) return addIoReading(noRates, reading, capacity);
  const counters = new Map<string, Row>();
  const devices = new Map<string, DeviceRates>();
  for (const row of stats) {
    const name = rowName(row);
    const now = isRow(row.stats) ? row.stats : {};
    const before = previous.counters.get(name);
    const latest = before === undefined ? idle : rateBetween(before, now, (atMs - previous.atMs) / 1000);
    const kept = previous.devices.get(name)?.history ?? [];
    counters.set(name, now);
    devices.set(name, { latest, history: [...kept.slice(Math.max(0, kept.length - capacity + 1)), latest] });
  }
  return { atMs, counters, devices };
}

/** The sum over all devices, for a total line; milliseconds are weighted by operations. */
export function totalRate(rates: IoRates): IoRate {
  let total: IoRate = idle;
  for (const { latest } of rates.devices.values()) total = sum(total, latest);
  return total;
}

/** Bytes or operations per second of a device's history, reads and writes together, for a sparkline. */
export function activity(device: DeviceRates, of: 'bytes' | 'ops'): number[] {
  return device.history.map((rate) => (of === 'bytes' ? rate.readBytes + rate.writeBytes : rate.readOps + rate.writeOps));
}

function rateBetween(before: Row, now: Row, seconds: number): IoRate {
  const delta = (key: string) => count(now[key]) - count(before[key]);
  const moved = ['rd_bytes', 'wr_bytes', 'rd_operations', 'wr_operations', 'flush_operations'].map(delta);
  if (moved.some((value) => value < 0)) return idle;
  const [readBytes = 0, writeBytes = 0, reads = 0, writes = 0, flushes = 0] = moved;
  return {
    readBytes: readBytes / seconds,
    writeBytes: writeBytes / seconds,
    readOps: reads / seconds,
    writeOps: writes / seconds,
    flushOps: flushes / seconds,
    ...milliseconds('readMs', delta('rd_total_time_ns'), reads),
    ...milliseconds('writeMs', delta('wr_total_time_ns'), writes),
    ...milliseconds('flushMs', delta('flush_total_time_ns'), flushes),
  };
}

function milliseconds(key: 'readMs' | 'writeMs' | 'flushMs', nanoseconds: number, operations: number): Partial<IoRate> {
  return operations > 0 ? { [key]: nanoseconds / operations / 1e6 } : {};
}

function sum(one: IoRate, other: IoRate): IoRate {
  return {
    readBytes: one.readBytes + other.readBytes,
    writeBytes: one.writeBytes + other.writeBytes,
    readOps: one.readOps + other.readOps,
    writeOps: one.writeOps + other.writeOps,
    flushOps: one.flushOps + other.flushOps,
    ...weighted('readMs', [one.readMs, one.readOps], [other.readMs, other.readOps]),
    ...weighted('writeMs', [one.writeMs, one.writeOps], [other.writeMs, other.writeOps]),
    ...weighted('flushMs', [one.flushMs, one.flushOps], [other.flushMs, other.flushOps]),
  };
}

type Timed = readonly [ms: number | undefined, ops: number];

function weighted(key: 'readMs' | 'writeMs' | 'flushMs', [oneMs = 0, oneOps]: Timed, [otherMs = 0, otherOps]: Timed): Partial<IoRate> {
  const operations = oneOps + otherOps;
  return operations > 0 ? { [key]: (oneMs * oneOps + otherMs * otherOps) / operations } : {};
}

/** A counter as a number; a bigint counter (beyond 2^53) may lose its last bits, which a rate does not show. */
function count(value: unknown): number {
  return typeof value === 'number' || typeof value === 'bigint' ? Number(value) : 0;
}

function isRow(value: unknown): value is Row {
  return typeof value === 'object' && value !== null;
}
