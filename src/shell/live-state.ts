import type { Off } from '../qmp/link.ts';

type Row = Readonly<Record<string, unknown>>;

/** One consistent reading of the far end. Rows are the wire's own objects (BlockInfo, BlockStats, BlockJobInfo, BlockDeviceInfo). */
export interface Snapshot {
  /** Milliseconds on a monotonic clock when the statistics arrived. */
  readonly atMs: number;
  readonly block: readonly Row[];
  readonly stats: readonly Row[];
  readonly jobs: readonly Row[];
  readonly nodes: readonly Row[];
  /** `query-blockstats` of nodes that no device is above; absent where there are too many to ask. */
  readonly nodeStats?: readonly Row[];
  /** `x-debug-query-block-graph`: which node is below which, and who holds it; absent where the far end lacks it. */
  readonly graph?: Row;
  /** `query-block-exports`, absent where the far end lacks it (before 5.2); read as seldom as the nodes. */
  readonly exports?: readonly Row[];
  /** `query-status`, absent where the far end lacks it (qemu-storage-daemon). */
  readonly status?: Row;
  /** Why the last reading failed, when it did; the rows are then those of the last good one. */
  readonly error?: string;
}

/** What completion and panels know of the far end: polled, and refreshed on events and after own commands. */
export interface LiveState {
  readonly snapshot: Snapshot;
  /** Reads now; calls while a reading is under way share it. */
  refresh(): Promise<Snapshot>;
  /** A reading of everything, nodes and exports too, that begins after this call: for whoever decides something by it. */
  readAll(): Promise<Snapshot>;
  onChange(listener: (snapshot: Snapshot) => void): Off;
  /** Starts and stops the regular polling. */
  start(intervalMs: number): void;
  stop(): void;
}
