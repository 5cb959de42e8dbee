import { QapiError } from '../../../qapi/qapi-error.ts';
import type { CreateRequest } from '../../driver.ts';
import { formatFirstCluster } from './change-backing-file.ts';
import type { Header } from './header.ts';
import { COMPATIBLE, V2_HEADER_LENGTH, V3_HEADER_LENGTH } from './header.ts';
import { ImageFile } from './image-file.ts';
import { openImage } from './open.ts';
import type { Qcow2CreateOptions } from './options.ts';
import { preallocate } from './preallocate.ts';
import { refcountWidth } from './refcount-width.ts';
import { truncate } from './truncate.ts';

const SECTOR = 512;

/**
 * Writes an empty image, laid out as QEMU lays it out: header, refcount table, one refcount block, L1 table.
 * A size that is not whole sectors is rounded up.
 * @throws QapiError in QEMU's words when options are wrong or contradict each other
 */
export async function createImage({ file: io, size, options }: CreateRequest<Qcow2CreateOptions>): Promise<void> {
  const header = newHeader(options);
  const clusterSize = 2 ** header.clusterBits;
  if (options['backing-fmt'] !== undefined && options['backing-file'] === undefined) {
    throw new QapiError('Backing format cannot be used without backing file');
  }
  const preallocation = options.preallocation ?? 'off';
  if (preallocation !== 'off' && options['backing-file'] !== undefined) {
    throw new QapiError('Backing file and preallocation can only be used at the same time if extended_l2 is on');
  }
  const extensions = { backingFormat: options['backing-fmt'], featureNames: [], unknown: [] };
  if (io.isGrowable === true) await io.truncate(0);
  const file = new ImageFile(io);
  await file.write(0, formatFirstCluster(header, extensions, options['backing-file']));
  const table = Buffer.alloc(2 * clusterSize);
  table.writeBigUInt64BE(BigInt(2 * clusterSize));
  const width = refcountWidth(2 ** header.refcountOrder);
  const block = table.subarray(clusterSize);
  for (let cluster = 0; cluster < 3; cluster++) width.set(block, cluster, 1);
  await file.write(clusterSize, table);
  const image = await openImage({ file: io, options: {}, readOnly: false, unmap: false });
  await truncate(image, Math.ceil(size / SECTOR) * SECTOR);
  if (preallocation !== 'off') await preallocate(image, preallocation);
  await image.writeBack.run();
  await file.flush();
}

function newHeader(options: Qcow2CreateOptions): Header {
  const version = options.version === 'v2' ? 2 : 3;
  const clusterSize = Number(options['cluster-size'] ?? 65536);
  const clusterBits = Math.log2(clusterSize);
  if (!Number.isInteger(clusterBits) || clusterBits < 9 || clusterBits > 21) {
    throw new QapiError('Cluster size must be a power of two between 512 and 2048k');
  }
  const lazyRefcounts = options['lazy-refcounts'] === true;
  if (lazyRefcounts && version === 2) {
    throw new QapiError('Lazy refcounts only supported with compatibility level 1.1 and above (use version=v3 or greater)');
  }
  return {
    version, clusterBits, refcountOrder: refcountOrderOf(options, version),
    headerLength: version === 2 ? V2_HEADER_LENGTH : V3_HEADER_LENGTH,
    refcountTableOffset: clusterSize, refcountTableClusters: 1,
    backingFileOffset: 0, backingFileSize: 0, size: 0, cryptMethod: 0, l1Size: 0, l1TableOffset: 0, snapshotCount: 0, snapshotsOffset: 0,
    incompatibleFeatures: 0n, compatibleFeatures: lazyRefcounts ? COMPATIBLE.lazyRefcounts : 0n, autoclearFeatures: 0n,
    compressionType: 0, unknownFields: Buffer.alloc(0),
  };
}

function refcountOrderOf(options: Qcow2CreateOptions, version: 2 | 3): number {
  const bits = Number(options['refcount-bits'] ?? 16);
  const order = Math.log2(bits);
  if (!Number.isInteger(order) || order < 0 || order > 6) {
    throw new QapiError('Refcount width must be a power of two and may not exceed 64 bits');
  }
  if (version === 2 && bits !== 16) {
    throw new QapiError('Different refcount widths than 16 bits require compatibility level 1.1 or above (use version=v3 or greater)');
  }
  return order;
}
