import { formatSize } from '../../qapi/format-size.ts';
import type { ImageInfo } from '../../qapi/types/image-info.ts';
import { formatDictionary } from './dictionary-text.ts';
import { snapshotHeader, snapshotRow } from './snapshot-table.ts';

/** An image as `info block -v` and `qemu-img info` print it; its backing images are not part of it. */
export function imageInfoText(image: ImageInfo): string {
  const actual = image['actual-size'];
  return [
    `image: ${image.filename}\n`,
    `file format: ${image.format}\n`,
    `virtual size: ${formatSize(image['virtual-size'])} (${image['virtual-size']} bytes)\n`,
    `disk size: ${actual === undefined ? 'unavailable' : formatSize(actual)}\n`,
    image.encrypted ? 'encrypted: yes\n' : '',
    image['cluster-size'] === undefined ? '' : `cluster_size: ${image['cluster-size']}\n`,
    image['dirty-flag'] ? 'cleanly shut down: no\n' : '',
    backingText(image),
    snapshotsText(image),
    image['format-specific'] === undefined ? '' : `Format specific information:\n${specificText(image['format-specific'])}`,
  ].join('');
}

function backingText(image: ImageInfo): string {
  const name = image['backing-filename'];
  if (name === undefined) return '';
  const path = image['full-backing-filename'];
  const note = path === undefined ? ' (cannot determine actual path)' : path === name ? '' : ` (actual path: ${path})`;
  const format = image['backing-filename-format'];
  return `backing file: ${name}${note}\n${format === undefined ? '' : `backing file format: ${format}\n`}`;
}

function snapshotsText({ snapshots }: ImageInfo): string {
  if (snapshots === undefined) return '';
  return `Snapshot list:\n${[snapshotHeader, ...snapshots.map(snapshotRow)].map((line) => `${line}\n`).join('')}`;
}

function specificText({ data }: NonNullable<ImageInfo['format-specific']>): string {
  return formatDictionary(data as Readonly<Record<string, unknown>>, 1);
}
