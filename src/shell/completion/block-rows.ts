import { formatSize } from '../../qapi/format-size.ts';
import type { Item } from './item.ts';

type Row = Readonly<Record<string, unknown>>;

/** A row of query-block in a few words: 'qcow2, read-only, disk.qcow2', 'empty, tray open'. */
export function deviceDetail(row: Row): string {
  const inserted = row.inserted as Row | undefined;
  const words = inserted === undefined ? ['empty'] : imageWords(inserted);
  if (row.tray_open === true) words.push('tray open');
  if (row.locked === true) words.push('locked');
  return words.join(', ');
}

/** A row of query-named-block-nodes in a few words. */
export function nodeDetail(row: Row): string {
  return imageWords(row).join(', ');
}

/** The file names of the backing chains below the images, nearest first. */
export function backingFiles(images: readonly Row[]): Item[] {
  const items = new Map<string, Item>();
  for (const row of images) {
    let image = (row.image as Row | undefined)?.['backing-image'] as Row | undefined;
    for (let depth = 1; image !== undefined; depth++) {
      const value = String(image.filename);
      if (!items.has(value)) items.set(value, { value, detail: `${String(image.format)}, depth ${depth}`, kind: 'file', order: depth });
      image = image['backing-image'] as Row | undefined;
    }
  }
  return [...items.values()];
}

/** The named dirty bitmaps of the images. */
export function bitmaps(images: readonly Row[]): Item[] {
  return rowsIn(images, (row) => row['dirty-bitmaps'])
    .filter((row) => typeof row.name === 'string')
    .map((row) => ({ value: String(row.name), detail: `${String(row.granularity)}${row.recording === true ? ', recording' : ''}`, kind: 'value' }));
}

/** The internal snapshots of the images, by name; one that several have counts once. */
export function snapshots(images: readonly Row[]): Item[] {
  const found = new Map(snapshotRows(images).map((row) => [String(row.name), row]));
  return [...found].map(([value, row]) => ({ value, detail: `id ${String(row.id)}${momentOf(row)}`, kind: 'value' }));
}

/** The internal snapshots that every image which can be written has. */
export function sharedSnapshots(images: readonly Row[]): Item[] {
  const lists = images.filter(({ ro }) => ro !== true).map((row) => snapshots([row]));
  const [first = [], ...others] = lists;
  return first.filter(({ value }) => others.every((list) => list.some((item) => item.value === value)));
}

/** The internal snapshots of the images, by id. */
export function snapshotIds(images: readonly Row[]): Item[] {
  return snapshotRows(images).map((row) => ({ value: String(row.id), detail: `tag ${String(row.name)}${momentOf(row)}`, kind: 'value' }));
}

/** The throttle groups that devices are in. */
export function throttleGroups(block: readonly Row[]): Item[] {
  const named = block.map(({ inserted }) => (inserted as Row | undefined)?.group).filter((group) => typeof group === 'string');
  return [...new Set(named)].map((value) => ({ value, detail: 'in use', kind: 'value' }));
}

/** A row of query-block-exports in a few words. */
export function exportDetail(row: Row): string {
  return `${String(row.type)} of ${String(row['node-name'])}${row['shutting-down'] === true ? ', shutting down' : ''}`;
}

function snapshotRows(images: readonly Row[]): Row[] {
  return rowsIn(images, (row) => (row.image as Row | undefined)?.snapshots);
}

function momentOf(row: Row): string {
  const seconds = row['date-sec'];
  return typeof seconds === 'number' && seconds > 0 ? `, ${new Date(seconds * 1000).toISOString().slice(0, 16).replace('T', ' ')} UTC` : '';
}

function rowsIn(images: readonly Row[], list: (row: Row) => unknown): Row[] {
  return images.flatMap((row) => (list(row) as readonly Row[] | undefined) ?? []);
}

function imageWords(row: Row): string[] {
  const path = typeof row.file === 'string' && !row.file.startsWith('json:') ? row.file : '';
  const file = path.slice(path.lastIndexOf('/') + 1);
  const size = (row.image as Row | undefined)?.['virtual-size'];
  const sized = typeof size === 'number' || typeof size === 'bigint' ? [formatSize(size)] : [];
  return [String(row.drv), ...sized, ...(row.ro === true ? ['read-only'] : []), ...(file === '' ? [] : [file])];
}
