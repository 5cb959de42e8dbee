import { bool, described, int, lazy, list, naming, number, str, struct } from '../schema.ts';
import type { Infer, Struct } from '../schema.ts';

const latency = described(int, 'nanoseconds');

/** What happened within one statistics interval. */
export const blockDeviceTimedStats = struct('BlockDeviceTimedStats', {
  interval_length: described(int, 'seconds'),
  min_rd_latency_ns: latency,
  max_rd_latency_ns: latency,
  avg_rd_latency_ns: latency,
  min_wr_latency_ns: latency,
  max_wr_latency_ns: latency,
  avg_wr_latency_ns: latency,
  min_flush_latency_ns: latency,
  max_flush_latency_ns: latency,
  avg_flush_latency_ns: latency,
  avg_rd_queue_depth: described(number, 'reads under way, on average'),
  avg_wr_queue_depth: described(number, 'writes under way, on average'),
});

export type BlockDeviceTimedStats = Infer<typeof blockDeviceTimedStats>;

/** Counters since the device was made. */
export const blockDeviceStats = struct('BlockDeviceStats', {
  rd_bytes: described(int, 'bytes read'),
  wr_bytes: described(int, 'bytes written'),
  '*unmap_bytes': described(int, 'bytes discarded'),
  rd_operations: int,
  wr_operations: int,
  flush_operations: int,
  '*unmap_operations': int,
  flush_total_time_ns: described(int, 'time spent flushing'),
  wr_total_time_ns: described(int, 'time spent writing'),
  rd_total_time_ns: described(int, 'time spent reading'),
  '*unmap_total_time_ns': described(int, 'time spent discarding'),
  wr_highest_offset: described(int, 'end of the furthest write since the node was opened'),
  rd_merged: described(int, 'reads that were merged into others'),
  wr_merged: described(int, 'writes that were merged into others'),
  '*unmap_merged': int,
  '*idle_time_ns': described(int, 'since the last request ended; absent before the first'),
  failed_rd_operations: int,
  failed_wr_operations: int,
  failed_flush_operations: int,
  '*failed_unmap_operations': int,
  invalid_rd_operations: described(int, 'refused before they were tried'),
  invalid_wr_operations: int,
  invalid_flush_operations: int,
  '*invalid_unmap_operations': int,
  account_invalid: described(bool, 'invalid requests end the idle time'),
  account_failed: described(bool, 'failed requests count for latency and idle time'),
  timed_stats: list(blockDeviceTimedStats),
});

export type BlockDeviceStats = Infer<typeof blockDeviceStats>;

/** The counters of a device or node, of the file below it and of its backing image. */
export interface BlockStats {
  device?: string;
  qdev?: string;
  'node-name'?: string;
  stats: BlockDeviceStats;
  parent?: BlockStats;
  backing?: BlockStats;
  'driver-specific'?: { driver: string };
}

export const blockStats: Struct<BlockStats> = struct('BlockStats', {
  '*device': naming('device'),
  '*qdev': described(naming('qdev'), 'guest device: its id or QOM path'),
  '*node-name': naming('node'),
  stats: blockDeviceStats,
  '*parent': described(lazy<BlockStats>('BlockStats', () => blockStats), 'the file below (its name is historical)'),
  '*backing': lazy<BlockStats>('BlockStats', () => blockStats),
  '*driver-specific': struct('BlockStatsSpecific', { driver: str }),
});
