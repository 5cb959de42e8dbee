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

/** The internal snapshots of the images, by name. */
export function snapshots(images: readonly Row[]): Item[] {
  return rowsIn(images, (row) => (row.image as Row | undefined)?.snapshots)
    .map((row) => ({ value: String(row.name), detail: `id ${String(row.id)}`, kind: 'value' }));
}

function rowsIn(images: readonly Row[], list: (row: Row) => unknown): Row[] {
  return images.flatMap((row) => (list(row) as readonly Row[] | undefined) ?? []);
}

function imageWords(row: Row): string[] {
  const path = typeof row.file === 'string' && !row.file.startsWith('json:') ? row.file : '';
  const file = path.slice(path.lastIndexOf('/') + 1);
  return [String(row.drv), ...(row.ro === true ? ['read-only'] : []), ...(file === '' ? [] : [file])];
}
