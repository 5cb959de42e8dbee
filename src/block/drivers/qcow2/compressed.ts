import { promisify } from 'node:util';
import zlib from 'node:zlib';
import { IoError } from '../../io-error.ts';
import type { Geometry } from './geometry.ts';

type Codec = (bytes: Buffer, options: Record<string, unknown>) => Promise<Buffer>;

const inflate = promisify(zlib.inflateRaw) as Codec;
const deflate = promisify(zlib.deflateRaw) as Codec;
const SECTOR = 512n;
const COMPRESSED = 1n << 62n;
/** zlib parameters of the format: raw deflate with a 4 KiB window. */
const DEFLATE = { windowBits: 12, memLevel: 9 };

/** Where a compressed cluster's bytes lie in the file. */
export interface CompressedPlace {
  readonly hostOffset: number;
  /** Bytes, up to the end of the last 512-byte sector. */
  readonly length: number;
}

/** Decodes a compressed L2 entry ("Compressed Clusters Descriptor": offset below bit 62 - (clusterBits - 8), sectors above). */
export function parseCompressedEntry(entry: bigint, { clusterBits }: Geometry): CompressedPlace {
  const sectorBits = BigInt(clusterBits - 8);
  const offset = entry & ((1n << (62n - sectorBits)) - 1n);
  const sectors = ((entry >> (62n - sectorBits)) & ((1n << sectorBits) - 1n)) + 1n;
  return { hostOffset: Number(offset), length: Number(sectors * SECTOR - (offset % SECTOR)) };
}

/** Encodes the L2 entry of `length` compressed bytes at `hostOffset`. */
export function formatCompressedEntry(hostOffset: number, length: number, { clusterBits }: Geometry): bigint {
  const offset = BigInt(hostOffset);
  const extraSectors = (offset + BigInt(length) - 1n) / SECTOR - offset / SECTOR;
  return COMPRESSED | (extraSectors << (62n - BigInt(clusterBits - 8))) | offset;
}

/** The host clusters that compressed bytes lie in: first and last. */
export function compressedClusters(entry: bigint, geometry: Geometry): { first: number; last: number } {
  const { hostOffset, length } = parseCompressedEntry(entry, geometry);
  return { first: Math.floor(hostOffset / geometry.clusterSize), last: Math.floor((hostOffset + length - 1) / geometry.clusterSize) };
}

/**
 * Unpacks one cluster; type 0 is deflate, 1 zstd. What follows the packed data is ignored.
 * @throws IoError EIO when it is damaged
 */
export async function decompress(bytes: Buffer, clusterSize: number, type: number): Promise<Buffer> {
  const unpack = type === 0 ? inflate : zstd('zstdDecompress');
  let cluster: Buffer;
  try {
    cluster = await unpack(bytes, { maxOutputLength: clusterSize, finishFlush: zlib.constants.Z_SYNC_FLUSH });
  } catch (cause) {
    throw new IoError('EIO', 'read', { cause });
  }
  if (cluster.length !== clusterSize) throw new IoError('EIO', 'read');
  return cluster;
}

/** Packs one cluster; undefined when that does not make it smaller. */
export async function compress(cluster: Buffer, type: number): Promise<Buffer | undefined> {
  const packed = await (type === 0 ? deflate(cluster, DEFLATE) : zstd('zstdCompress')(cluster, {}));
  return packed.length < cluster.length ? packed : undefined;
}

/** Node has zstd from version 22.15 on; opening an image that needs it fails elsewhere. */
function zstd(name: string): Codec {
  return promisify((zlib as unknown as Record<string, Parameters<typeof promisify>[0]>)[name] as never);
}
