import type { BlockGraph } from '../block/graph.ts';
import type { BlockNode } from '../block/node.ts';
import type { DriveDescription } from './description.ts';
import type { RootState } from './drive-settings.ts';
import { isThrottleKey } from './throttle-limits.ts';

/** Keys of a drive that are no options of its image's driver. */
const OWN_KEYS: ReadonlySet<string> = new Set([
  'id', 'if', 'index', 'bus', 'unit', 'media', 'file', 'format', 'driver', 'node-name', 'readonly', 'cache', 'cache.direct',
  'cache.no-flush', 'cache.writeback', 'discard', 'detect-zeroes', 'werror', 'rerror',
]);

/** Whether a drive's key says where it is and how it is used, rather than being an option of its driver. */
export function isDriveKey(key: string): boolean {
  return OWN_KEYS.has(key) || isThrottleKey(key);
}

/** Opens what a drive says is in it; the caller holds one reference. Undefined when it is empty. */
export async function openMedium(graph: BlockGraph, drive: DriveDescription, state: RootState): Promise<BlockNode | undefined> {
  const driverOptions = Object.fromEntries(Object.entries(drive).filter(([key]) => !isDriveKey(key)));
  const driver = drive.driver ?? drive.format;
  if (Object.keys(driverOptions).length === 0 && (drive.file !== undefined || driver === undefined)) {
    if (drive.file === undefined || drive.file === '') return undefined;
    return graph.openFile(drive.file, {
      format: driver, nodeName: drive['node-name'], readOnly: state.readOnly, discard: state.discard,
      detectZeroes: state.detectZeroes, cache: state.cache,
    });
  }
  return graph.open({
    driver: driver ?? 'raw',
    ...(drive['node-name'] !== undefined && { 'node-name': drive['node-name'] }),
    'read-only': state.readOnly, discard: state.discard, 'detect-zeroes': state.detectZeroes,
    'cache.direct': state.cache.direct, 'cache.no-flush': state.cache.noFlush,
    ...(drive.file !== undefined && { 'file.driver': 'file', 'file.filename': drive.file }),
    ...driverOptions,
  });
}
