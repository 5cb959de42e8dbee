import { bool, described, enumeration, int, lazy, list, size, str, struct, uint32, union } from '../schema.ts';
import type { Infer, Struct } from '../schema.ts';
import { imageInfo } from './image-info.ts';
import type { ImageInfo } from './image-info.ts';

const qcow2BitmapInfo = struct('Qcow2BitmapInfo', {
  name: str,
  granularity: described(uint32, 'bytes per bit'),
  flags: described(
    list(enumeration('Qcow2BitmapInfoFlags', ['in-use', 'auto'])), 'in-use: what is stored is stale; auto: records when opened',
  ),
});

export const imageInfoSpecificQCow2 = struct('ImageInfoSpecificQCow2', {
  compat: described(str, 'format level: 0.10 or 1.1'),
  '*data-file': described(str, 'file that holds the guest data apart from the metadata'),
  '*data-file-raw': bool,
  '*extended-l2': bool,
  '*lazy-refcounts': described(bool, 'refcounts may be stale while the image is open (compat 1.1)'),
  '*corrupt': described(bool, 'the image was marked corrupt (compat 1.1)'),
  'refcount-bits': described(int, 'width of a refcount'),
  '*bitmaps': described(list(qcow2BitmapInfo), 'dirty bitmaps as stored in the image'),
  '*compression-type': enumeration('Qcow2CompressionType', ['zlib', 'zstd']),
});

export type ImageInfoSpecificQCow2 = Infer<typeof imageInfoSpecificQCow2>;

export interface ImageInfoSpecificVmdk {
  'create-type': string;
  cid: number | bigint;
  'parent-cid': number | bigint;
  extents: ImageInfo[];
}

export const imageInfoSpecificVmdk: Struct<ImageInfoSpecificVmdk> = struct('ImageInfoSpecificVmdk', {
  'create-type': described(str, 'how the image is laid out'),
  cid: described(int, 'changes whenever the content does'),
  'parent-cid': described(int, 'content id that the backing image must have'),
  extents: list(lazy<ImageInfo>('ImageInfo', () => imageInfo)),
});

const luksSlot = struct('QCryptoBlockInfoLUKSSlot', {
  active: bool,
  '*iters': int,
  '*stripes': int,
  'key-offset': described(size, 'where the key material lies in the image'),
});

/** The header of a LUKS volume; the algorithm names are what cryptsetup calls them. */
export const qCryptoBlockInfoLUKS = struct('QCryptoBlockInfoLUKS', {
  'cipher-alg': str,
  'cipher-mode': str,
  'ivgen-alg': str,
  '*ivgen-hash-alg': str,
  'hash-alg': str,
  'payload-offset': described(size, 'where the encrypted payload starts'),
  'master-key-iters': int,
  uuid: str,
  slots: list(luksSlot),
});

const branch = <T>(name: string, data: Struct<T>) => struct(`${name}Wrapper`, { data });

/** Facts that only one format has: `{type, data}`. */
export interface ImageInfoSpecific {
  type: 'qcow2' | 'vmdk' | 'luks';
  data: ImageInfoSpecificQCow2 | ImageInfoSpecificVmdk | Infer<typeof qCryptoBlockInfoLUKS>;
}

export const imageInfoSpecific = union<ImageInfoSpecific>({
  name: 'ImageInfoSpecific',
  base: { type: enumeration('ImageInfoSpecificKind', ['qcow2', 'vmdk', 'luks']) },
  discriminator: 'type',
  branches: {
    qcow2: branch('ImageInfoSpecificQCow2', imageInfoSpecificQCow2),
    vmdk: branch('ImageInfoSpecificVmdk', imageInfoSpecificVmdk),
    luks: branch('QCryptoBlockInfoLUKS', qCryptoBlockInfoLUKS),
  },
});
