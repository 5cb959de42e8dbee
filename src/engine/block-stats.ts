import { BlockAccounting } from '../block/accounting.ts';
import type { BlockNode } from '../block/node.ts';
import type { Drive } from '../machine/drive.ts';
import { exact } from '../qapi/size-text.ts';
import type { BlockDeviceStats, BlockStats } from '../qapi/types/block-stats.ts';

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

/** A node counts nothing but its furthest write: requests are counted where the guest makes them. */
export function nodeStats(node: BlockNode, { backing }: { backing: boolean }): BlockStats {
  const stats = { ...NO_REQUESTS, wr_highest_offset: node.stats.wrHighestOffset, timed_stats: [] };
  const info: BlockStats = { 'node-name': node.name, stats };
  if (node.file) info.parent = nodeStats(node.file, { backing });
  if (backing && node.backing) info.backing = nodeStats(node.backing, { backing });
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
    timed_stats: [],
  };
}
