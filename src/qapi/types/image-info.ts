import { bool, described, int, lazy, list, str, struct } from '../schema.ts';
import type { Infer, Int, Struct } from '../schema.ts';
import { imageInfoSpecific } from './image-info-specific.ts';
import type { ImageInfoSpecific } from './image-info-specific.ts';
import { snapshotInfo } from './snapshot-info.ts';
import type { SnapshotInfo } from './snapshot-info.ts';

/** An image and, through `backing-image`, the chain below it. Sizes are bytes. */
export interface ImageInfo {
  filename: string;
  format: string;
  'dirty-flag'?: boolean;
  'actual-size'?: Int;
  'virtual-size': Int;
  'cluster-size'?: Int;
  encrypted?: boolean;
  compressed?: boolean;
  'backing-filename'?: string;
  'full-backing-filename'?: string;
  'backing-filename-format'?: string;
  snapshots?: SnapshotInfo[];
  'backing-image'?: ImageInfo;
  'format-specific'?: ImageInfoSpecific;
}

export const imageInfo: Struct<ImageInfo> = struct('ImageInfo', {
  filename: str,
  format: str,
  '*dirty-flag': described(bool, 'it was not closed cleanly'),
  '*actual-size': described(int, 'bytes taken on the host'),
  'virtual-size': described(int, 'bytes the guest sees'),
  '*cluster-size': described(int, 'bytes'),
  '*encrypted': bool,
  '*compressed': bool,
  '*backing-filename': described(str, 'as stored in the image'),
  '*full-backing-filename': described(str, 'resolved, where that differs'),
  '*backing-filename-format': str,
  '*snapshots': list(snapshotInfo),
  '*backing-image': lazy<ImageInfo>('ImageInfo', () => imageInfo),
  '*format-specific': lazy<ImageInfoSpecific>('ImageInfoSpecific', () => imageInfoSpecific),
});

/** What checking an image found. */
export const imageCheck = struct('ImageCheck', {
  filename: str,
  format: str,
  'check-errors': described(int, 'errors that kept the check itself from finishing'),
  '*image-end-offset': described(int, 'first byte past all metadata and data'),
  '*corruptions': int,
  '*leaks': described(int, 'clusters that are allocated but not used'),
  '*corruptions-fixed': int,
  '*leaks-fixed': int,
  '*total-clusters': int,
  '*allocated-clusters': int,
  '*fragmented-clusters': int,
  '*compressed-clusters': int,
});

export type ImageCheck = Infer<typeof imageCheck>;
