import { IoError } from '../../io-error.ts';
import type { HeaderExtensions } from './header-extensions.ts';
import { KNOWN_FEATURE_NAMES, formatHeaderExtensions } from './header-extensions.ts';
import type { Header } from './header.ts';
import { formatHeader } from './header.ts';
import type { ImageState } from './image-state.ts';

const MAX_BACKING_NAME = 1023;
const MAX_BACKING_FORMAT = 15;
/** QEMU leaves the feature name table out of smaller clusters, to have room for a backing file's name. */
const MIN_CLUSTER_WITH_NAMES = 8192;

/**
 * Everything in the first cluster: header, extensions and the backing file's name.
 * @throws IoError ENOSPC when they do not fit, EINVAL when the name is too long
 */
export function formatFirstCluster(header: Header, extensions: HeaderExtensions, backingFilename: string | undefined): Buffer {
  const clusterSize = 2 ** header.clusterBits;
  const featureNames = header.version === 3 && clusterSize >= MIN_CLUSTER_WITH_NAMES ? KNOWN_FEATURE_NAMES : [];
  const front = formatHeaderExtensions({ ...extensions, featureNames });
  const name = Buffer.from(backingFilename ?? '');
  if (name.length > MAX_BACKING_NAME || (extensions.backingFormat?.length ?? 0) > MAX_BACKING_FORMAT) throw new IoError('EINVAL', 'metadata');
  const fixed = formatHeader(header);
  const at = fixed.length + front.length;
  if (at + name.length > clusterSize) throw new IoError('ENOSPC', 'metadata');
  const placed = { ...header, backingFileOffset: name.length === 0 ? 0 : at, backingFileSize: name.length };
  const cluster = Buffer.alloc(clusterSize);
  Buffer.concat([formatHeader(placed), front, name]).copy(cluster);
  return cluster;
}

/** Parts of the first cluster that change while an image is open. */
export interface FirstCluster extends Pick<ImageState, 'extensions' | 'backingFilename'> {
  readonly autoclearFeatures: bigint;
}

/** Writes the first cluster anew, for a caller that holds the image, after all that it may refer to. Fails as formatFirstCluster does. */
export async function writeFirstCluster(image: ImageState, { autoclearFeatures, extensions, backingFilename }: FirstCluster): Promise<void> {
  // A moved refcount table changes the header: that must be over before the header is written from memory.
  await image.writeBack.run();
  await image.file.flush();
  const cluster = formatFirstCluster({ ...image.header, autoclearFeatures }, extensions, backingFilename);
  await image.file.write(0, cluster);
  image.header.autoclearFeatures = autoclearFeatures;
  image.header.backingFileOffset = Number(cluster.readBigUInt64BE(8));
  image.header.backingFileSize = cluster.readUInt32BE(16);
  image.extensions = extensions;
  image.backingFilename = backingFilename;
  await image.file.flush();
}

/** Rewrites the backing file's name and format; undefined removes them. Fails as formatFirstCluster does. */
export async function changeBackingFile(image: ImageState, filename: string | undefined, format: string | undefined): Promise<void> {
  const hold = await image.locks.acquire(0, Number.MAX_SAFE_INTEGER, 'exclusive');
  try {
    const extensions = { ...image.extensions, backingFormat: format };
    await writeFirstCluster(image, { autoclearFeatures: image.header.autoclearFeatures, extensions, backingFilename: filename });
  } finally {
    hold.release();
  }
}
