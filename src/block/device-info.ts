import { exact } from '../qapi/size-text.ts';
import { bitmapsInfo } from './bitmaps-info.ts';
import { imageInfo } from './image-info.ts';
import type { BlockDeviceInfo } from '../qapi/types/block-device-info.ts';
import type { BlockNode } from './node.ts';

const UNLIMITED = { bps: 0, bps_rd: 0, bps_wr: 0, iops: 0, iops_rd: 0, iops_wr: 0 };

/** A node as query-named-block-nodes tells it; `flat` leaves the chain out of its image. Throttling is the device's to add. */
export async function deviceInfo(node: BlockNode, options: { flat?: boolean } = {}): Promise<BlockDeviceInfo> {
  const { cache, detectZeroes } = node.options;
  return {
    file: node.filename,
    'node-name': node.name,
    ro: node.readOnly,
    drv: node.driver.name,
    ...(node.backing === undefined ? {} : { backing_file: node.backing.filename }),
    backing_file_depth: depthOf(node),
    encrypted: node.image.facts().encrypted ?? false,
    encryption_key_missing: false,
    detect_zeroes: detectZeroes,
    ...UNLIMITED,
    image: await imageInfo(node, options),
    cache: { writeback: cache.writeback, direct: cache.direct, 'no-flush': cache.noFlush },
    // Declared as a signed integer: what is beyond wraps, as in QEMU.
    write_threshold: exact(BigInt.asIntN(64, BigInt(node.io.writeThreshold))),
    ...bitmapsInfo(node),
  };
}

/** Images below, filtered ones included. */
function depthOf(node: BlockNode): number {
  const below = node.filtered ?? node.backing;
  return below === undefined ? 0 : 1 + depthOf(below);
}
