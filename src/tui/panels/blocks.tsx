import type { Panel, PanelColumn } from '../panel.ts';
import { rowName } from '../../shell/io-rates.ts';
import { rowLabel } from '../text/device-label.ts';
import { cutCells, cutStart } from '../text/fit-cells.ts';
import { formatByteRate, formatBytes, formatCount } from '../text/format-quantity.ts';
import { printableLine } from '../text/printable.ts';
import { theme } from '../theme.ts';

type Row = Readonly<Record<string, unknown>>;

const none = '–';
const inserted = (row: Row) => row.inserted as Row | undefined;
const image = (row: Row) => inserted(row)?.image as Row | undefined;
const text = (value: unknown) => (typeof value === 'string' && value !== '' ? printableLine(value) : none);
const amount = (value: unknown) => (typeof value === 'number' || typeof value === 'bigint' ? Number(value) : undefined);
const size = (value: unknown) => {
  const bytes = amount(value);
  return bytes === undefined ? none : formatBytes(bytes);
};
const faint = (cell: string, row: Row) => (inserted(row) ? cell : theme.dim(cell));

const columns: readonly PanelColumn<Row>[] = [
  { title: 'BLOCK', priority: 0, text: rowLabel, min: 14, paint: (cell) => theme.strong(cell), sort: rowName },
  { title: 'NODE', priority: 5, text: (row) => text(inserted(row)?.['node-name']), min: 9, paint: faint },
  { title: 'FORMAT', priority: 1, text: (row) => text(inserted(row)?.drv), paint: faint },
  { title: 'SIZE', priority: 2, align: 'right', text: (row) => size(image(row)?.['virtual-size']), min: 8, paint: faint,
    sort: (row) => amount(image(row)?.['virtual-size']) },
  { title: 'USED', priority: 7, align: 'right', text: (row) => size(image(row)?.['actual-size']), min: 8, paint: faint,
    sort: (row) => amount(image(row)?.['actual-size']) },
  { title: 'MODE', priority: 8, text: modeOf, paint: faint },
  { title: 'DEPTH', priority: 6, align: 'right', text: depthOf, paint: faint },
  { title: 'TRAY', priority: 3, text: trayOf, min: 6, paint: (cell) => (/open|locked/.test(cell) ? theme.warn(cell) : cell) },
  { title: 'LIMIT', priority: 9, text: limitOf, min: 9, paint: (cell, row) => (limitOf(row) === none ? theme.dim(cell) : theme.warn(cell)) },
  { title: 'FILE', priority: 4, text: fileOf, min: 16, fit: cutFile, paint: faint },
];

/** What `query-block` shows of every device. */
const blocks: Panel<Row> = {
  id: 'blocks',
  title: 'block devices',
  key: 'f3',
  refreshOn: ['DEVICE_TRAY_MOVED', 'BLOCK_JOB_COMPLETED', 'BLOCK_IMAGE_CORRUPTED', 'BLOCK_WRITE_THRESHOLD', 'RESUME', 'RESET'],
  order: 1,
  columns,
  actions: [],
  rows: ({ snapshot }) => (snapshot.block.length > 0 ? snapshot.block : snapshot.nodes.map(nodeRow)),
  keyOf: rowName,
  textOf: (row) => `${rowName(row)} ${text(inserted(row)?.['node-name'])} ${text(inserted(row)?.file)}`,
  empty: ({ snapshot }) => snapshot.error ?? (snapshot.atMs === 0 ? 'waiting for the first reading' : 'no block device'),
};

export default blocks;

/** A far end without devices (qemu-storage-daemon) has nodes all the same. */
function nodeRow(node: Row): Row {
  return { 'node-name': node['node-name'], inserted: node };
}

function modeOf(row: Row): string {
  const medium = inserted(row);
  if (medium === undefined) return none;
  return medium.ro === true ? 'ro' : 'rw';
}

/** How many images lie under the top one. */
function depthOf(row: Row): string {
  const depth = amount(inserted(row)?.backing_file_depth);
  return depth === undefined ? none : String(depth);
}

/** A floppy drive is removable and has no tray. */
function trayOf(row: Row): string {
  if (row.tray_open === undefined) return row.locked === true ? 'locked' : none;
  if (row.tray_open !== true) return row.locked === true ? 'locked' : 'closed';
  return row.locked === true ? 'open, locked' : 'open';
}

function fileOf(row: Row): string {
  return inserted(row) ? text(inserted(row)?.file) : 'no medium';
}

/** File names lose their beginning; of `json:` names, the beginning says most. */
function cutFile(file: string, cells: number): string {
  return file.startsWith('json:') ? cutCells(file, cells) : cutStart(file, cells);
}

/** The throttle in a word: the total limits, else the read and write ones. */
function limitOf(row: Row): string {
  const medium = inserted(row) ?? {};
  const limit = (key: string, format: (value: number) => string, mark: string) => {
    const value = amount(medium[key]) ?? 0;
    return value > 0 ? [`${mark}${format(value)}`] : [];
  };
  const operations = (value: number) => `${formatCount(value)} IOPS`;
  const limits = [
    ...limit('bps', formatByteRate, ''), ...limit('bps_rd', formatByteRate, 'r '), ...limit('bps_wr', formatByteRate, 'w '),
    ...limit('iops', operations, ''), ...limit('iops_rd', operations, 'r '), ...limit('iops_wr', operations, 'w '),
  ];
  return limits.length === 0 ? none : limits.join(', ');
}
