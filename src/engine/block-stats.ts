import { BlockAccounting } from '../block/accounting.ts';
import type { IntervalLatencies } from '../block/accounting.ts';
import type { BlockNode } from '../block/node.ts';
import type { Drive } from '../machine/drive.ts';
import { exact } from '../qapi/size-text.ts';
import type { BlockDeviceStats, BlockDeviceTimedStats, BlockStats } from '../qapi/types/block-stats.ts';

/** The counters of a drive and, recursively, of the nodes below it. */
export function driveStats({ backend, device }: Drive): BlockStats {
  const { name, accounting, root } = backend;
  return {
    device: name,
    ...(device && { qdev: device.qdev }),
    ...(root && nodeStats(root, { backing: true })),
    stats: deviceStats(accounting, root?.stats.wrHighestOffset ?? 0),
  };
}

/**
 * A node counts nothing but its furthest write: requests are counted where the guest makes them.
 * What a filter shows is, as in QEMU, both its file and its backing image.
 */
export function nodeStats(node: BlockNode, { backing }: { backing: boolean }): BlockStats {
  const stats = { ...NO_REQUESTS, wr_highest_offset: node.stats.wrHighestOffset, timed_stats: [] };
  const info: BlockStats = { 'node-name': node.name, stats };
  const primary = node.file ?? node.filtered;
  const below = node.backing ?? node.filtered;
  if (primary) info.parent = nodeStats(primary, { backing });
  if (backing && below) info.backing = nodeStats(below, { backing });
  return info;
}

const NO_REQUESTS: BlockDeviceStats = { ...deviceStats(new BlockAccounting(), 0), account_invalid: false, account_failed: false };

function deviceStats(accounting: BlockAccounting, highest: number): BlockDeviceStats {
  const { read, write, flush, discard, idleTimeNs } = accounting;
  return {
    rd_bytes: read.bytes, wr_bytes: write.bytes, unmap_bytes: discard.bytes,
    rd_operations: read.operations, wr_operations: write.operations,
    flush_operations: flush.operations, unmap_operations: discard.operations,
    rd_total_time_ns: exact(read.totalTimeNs), wr_total_time_ns: exact(write.totalTimeNs),
    flush_total_time_ns: exact(flush.totalTimeNs), unmap_total_time_ns: exact(discard.totalTimeNs),
    ...(idleTimeNs !== undefined && { idle_time_ns: exact(idleTimeNs) }),
    wr_highest_offset: highest,
    rd_merged: read.merged, wr_merged: write.merged, unmap_merged: discard.merged,
    failed_rd_operations: read.failed, failed_wr_operations: write.failed,
    failed_flush_operations: flush.failed, failed_unmap_operations: discard.failed,
    invalid_rd_operations: read.invalid, invalid_wr_operations: write.invalid,
    invalid_flush_operations: flush.invalid, invalid_unmap_operations: discard.invalid,
    account_invalid: accounting.accountInvalid, account_failed: accounting.accountFailed,
    timed_stats: accounting.intervals.map(timedStats),
  };
}

/** The mean queue depth is the time that requests took, all together, by the time that has passed. */
function timedStats({ seconds, latency }: IntervalLatencies): BlockDeviceTimedStats {
  const [read, write, flush] = [latency.read.report(), latency.write.report(), latency.flush.report()];
  return {
    interval_length: seconds,
    min_rd_latency_ns: exact(read.min), max_rd_latency_ns: exact(read.max), avg_rd_latency_ns: exact(read.average),
    min_wr_latency_ns: exact(write.min), max_wr_latency_ns: exact(write.max), avg_wr_latency_ns: exact(write.average),
    min_flush_latency_ns: exact(flush.min), max_flush_latency_ns: exact(flush.max), avg_flush_latency_ns: exact(flush.average),
    avg_rd_queue_depth: Number(read.sum) / Number(read.elapsedNs), avg_wr_queue_depth: Number(write.sum) / Number(write.elapsedNs),
  };
}
