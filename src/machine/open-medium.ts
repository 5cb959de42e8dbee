import type { BlockGraph } from '../block/graph.ts';
import type { BlockNode } from '../block/node.ts';
import type { DriveDescription } from './description.ts';
import type { RootState } from './drive-settings.ts';
import { isStatsKey } from './stats-options.ts';
import { isThrottleKey } from './throttle-options.ts';

/** Keys of a drive that are no options of its image's driver. */
const OWN_KEYS: ReadonlySet<string> = new Set([
  'id', 'if', 'index', 'bus', 'unit', 'media', 'file', 'format', 'driver', 'node-name', 'readonly', 'read-only', 'cache', 'cache.direct',
  'cache.no-flush', 'cache.writeback', 'discard', 'detect-zeroes', 'werror', 'rerror', 'aio',
]);

/** Whether a drive's key says where it is and how it is used, rather than being an option of its driver. */
export function isDriveKey(key: string): boolean {
  return OWN_KEYS.has(key) || isThrottleKey(key) || isStatsKey(key);
}

/** Opens what a drive says is in it, for reading only where it cannot be written; the caller holds one reference. Undefined when it is empty. */
export async function openMedium(graph: BlockGraph, drive: DriveDescription, state: RootState): Promise<BlockNode | undefined> {
  const options = {
    ...Object.fromEntries(Object.entries(drive).filter(([key]) => !isDriveKey(key))),
    ...(drive.aio !== undefined && { 'file.aio': drive.aio }),
  };
  const format = drive.driver ?? drive.format;
  if (drive.file === '' || (drive.file === undefined && drive.driver === undefined && Object.keys(options).length === 0)) return undefined;
  const { readOnly, discard, detectZeroes, cache } = state;
  if (drive.file !== undefined) {
    return graph.openFile(drive.file, { format, nodeName: drive['node-name'], readOnly, autoReadOnly: true, discard, detectZeroes, cache, options });
  }
  return graph.openKeyed({
    driver: format ?? 'raw', ...options,
    ...(drive['node-name'] !== undefined && { 'node-name': drive['node-name'] }),
    'read-only': readOnly, 'auto-read-only': true, discard, 'detect-zeroes': detectZeroes, cache: { direct: cache.direct, 'no-flush': cache.noFlush },
  });
}
