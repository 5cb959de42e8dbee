import { blockTree } from '../../shell/block-tree.ts';
import type { TreeNode } from '../../shell/block-tree.ts';
import { quoteWord } from '../../shell/completion/quote.ts';
import { rowName } from '../../shell/io-rates.ts';
import type { Panel, PanelColumn, PanelModel, RowAction } from '../panel.ts';
import { deviceLabel } from '../text/device-label.ts';
import { cutCells, cutStart } from '../text/fit-cells.ts';
import { formatBytes } from '../text/format-quantity.ts';
import { limitText } from '../text/limit-text.ts';
import { holdersText, otherHolders } from '../text/node-holders.ts';
import { printableLine } from '../text/printable.ts';
import { theme } from '../theme.ts';

type Row = Readonly<Record<string, unknown>>;

/** A device with its medium, or a node below one. */
interface BlockRow {
  readonly key: string;
  /** What the first column says: the device, or what the node is to the one above it. */
  readonly label: string;
  /** How commands call it. */
  readonly name: string;
  /** Its row of query-block. */
  readonly device?: Row;
  /** Its medium or node, as BlockDeviceInfo. */
  readonly medium?: Row | undefined;
  /** Who holds it; asked of rows in sight. */
  readonly held: () => string;
  readonly below: readonly { readonly role: string; readonly name: string }[];
  /** What the graph calls the one that has these below it. */
  readonly holder: string;
}

const none = '–';
const image = ({ medium }: BlockRow) => medium?.image as Row | undefined;
const text = (value: unknown) => (typeof value === 'string' && value !== '' ? printableLine(value) : none);
const amount = (value: unknown) => (typeof value === 'number' || typeof value === 'bigint' ? Number(value) : undefined);
const size = (value: unknown) => {
  const bytes = amount(value);
  return bytes === undefined ? none : formatBytes(bytes);
};
const faint = (cell: string, row: BlockRow) => (row.medium ? cell : theme.dim(cell));
const sized = (key: string) => (row: BlockRow) => amount(image(row)?.[key]);

const columns: readonly PanelColumn<BlockRow>[] = [
  { title: 'BLOCK', priority: 0, text: ({ label }) => label, min: 14,
    paint: (cell, { device }) => (device ? theme.strong(cell) : cell), sort: ({ label }) => label },
  { title: 'NODE', priority: 5, text: ({ medium }) => text(medium?.['node-name']), min: 9, paint: faint },
  { title: 'FORMAT', priority: 1, text: ({ medium }) => text(medium?.drv), paint: faint,
    sort: ({ medium }) => text(medium?.drv) },
  { title: 'SIZE', priority: 2, align: 'right', text: (row) => size(image(row)?.['virtual-size']), min: 8, paint: faint,
    sort: sized('virtual-size') },
  { title: 'USED', priority: 7, align: 'right', text: (row) => size(image(row)?.['actual-size']), min: 8, paint: faint,
    sort: sized('actual-size') },
  { title: 'MODE', priority: 8, text: modeOf, paint: faint },
  { title: 'DEPTH', priority: 6, align: 'right', text: depthOf, paint: faint,
    sort: ({ medium }) => amount(medium?.backing_file_depth) },
  { title: 'TRAY', priority: 3, text: trayOf, min: 6, paint: (cell) => (/open|locked/.test(cell) ? theme.warn(cell) : cell) },
  { title: 'LIMIT', priority: 9, text: ({ medium = {} }) => limitText(medium), min: 9,
    paint: (cell) => (cell.trim() === none ? theme.dim(cell) : theme.warn(cell)) },
  { title: 'FILE', priority: 4, gives: 2, text: fileOf, min: 16, fit: cutFile, paint: faint },
  { title: 'HELD BY', priority: 10, gives: 1, text: ({ held }) => held(), min: 7, paint: (cell) => theme.accent(cell),
    sort: ({ held }) => held() || undefined },
];

const removable = ({ device, label }: BlockRow) => (device?.removable === true ? undefined : `'${label}' is no removable device`);
const hasMedium = ({ medium, label }: BlockRow) => (medium === undefined ? `'${label}' has no medium` : undefined);
const isNode = ({ device, label }: BlockRow) => (device === undefined ? undefined : `'${label}' is a device, no node`);

const actions: readonly RowAction<BlockRow>[] = [
  { key: 'i', description: 'info: prints all about it', deed: ({ name }) => ({ run: `info block -v ${quoteWord(name)}` }) },
  { key: 'e', description: 'eject', reason: removable, deed: ({ name }) => ({ type: `eject ${quoteWord(name)}` }) },
  { key: 't', description: 'tray: opens or closes it', reason: removable, deed: trayDeed },
  { key: 'r', description: 'resize', reason: hasMedium, deed: ({ name }) => ({ type: `block_resize ${quoteWord(name)} ` }) },
  { key: 's', description: 'stream: copies its backing images into it', reason: hasMedium,
    deed: ({ name }) => ({ type: `block-stream device=${quoteWord(name)} ` }) },
  { key: 'b', description: 'backup', reason: hasMedium,
    deed: ({ name }) => ({ type: `drive-backup device=${quoteWord(name)} sync=full target=` }) },
  { key: 'm', description: 'mirror', reason: hasMedium,
    deed: ({ name }) => ({ type: `drive-mirror device=${quoteWord(name)} sync=full target=` }) },
  { key: 'w', description: 'warn: sets its write threshold', reason: hasMedium,
    deed: ({ medium }) => ({ type: `block-set-write-threshold node-name=${quoteWord(text(medium?.['node-name']))} write-threshold=` }) },
  { key: 'x', description: 'delete: takes the node out of the graph', reason: isNode,
    deed: ({ name }) => ({ type: `blockdev-del node-name=${quoteWord(name)}` }) },
];

/** Devices, what lies below them, and who holds it. */
const blocks: Panel<BlockRow> = {
  id: 'blocks',
  title: 'block devices',
  key: 'f3',
  refreshOn: ['DEVICE_TRAY_MOVED', 'BLOCK_JOB_COMPLETED', 'BLOCK_IMAGE_CORRUPTED', 'BLOCK_WRITE_THRESHOLD', 'RESUME', 'RESET'],
  order: 1,
  columns,
  actions,
  rows: ({ snapshot }) => [...snapshot.block.map((device) => deviceRow(device, snapshot)), ...looseRows(snapshot)],
  keyOf: ({ key }) => key,
  textOf: ({ label, medium, held }) => `${label} ${text(medium?.['node-name'])} ${text(medium?.drv)} ${text(medium?.file)} ${held()}`,
  below: (row, { snapshot }) => row.below.flatMap(({ role, name }) => nodeRows(blockTree(snapshot).nodes.get(name), { role, above: row, snapshot })),
  startsOpen: ({ count, isFullScreen }) => isFullScreen && count <= 6,
  empty: ({ snapshot }) => snapshot.error ?? (snapshot.atMs === 0 ? 'waiting for the first reading' : 'no block device'),
};

export default blocks;

type Snapshot = PanelModel['snapshot'];

/** The medium stands in the device's own row; what a job has put above it hangs below the row with it. */
function deviceRow(device: Row, snapshot: Snapshot): BlockRow {
  const name = rowName(device);
  const label = deviceLabel(name);
  const medium = device.inserted as Row | undefined;
  const shown = typeof medium?.['node-name'] === 'string' ? medium['node-name'] : undefined;
  const tree = blockTree(snapshot);
  const top = tree.roots.get(name) ?? shown;
  const node = shown === undefined ? undefined : tree.nodes.get(shown);
  const isDirect = top === shown;
  const below = top === undefined ? [] : isDirect ? node?.below ?? [] : [{ role: 'root', name: top }];
  return { key: name, label, name, device, medium, below, holder: isDirect && shown !== undefined ? shown : name, held: () => (node === undefined ? '' : otherHolders(node, snapshot, name)) };
}

/** Nodes that no device and no other node is above: targets of jobs, what is exported, what waits to be used. */
function looseRows(snapshot: Snapshot): BlockRow[] {
  const { nodes, roots } = blockTree(snapshot);
  const tops = new Set([...roots.values(), ...snapshot.block.map((row) => (row.inserted as Row | undefined)?.['node-name'])]);
  return [...nodes.values()].filter(({ name, uses }) => !tops.has(name) && uses.every(({ user }) => user.type !== 'node'))
    .flatMap((node) => nodeRows(node, { role: node.name, above: { key: 'node', holder: '' }, snapshot }));
}

interface NodePlace {
  readonly role: string;
  readonly above: Pick<BlockRow, 'key' | 'holder'>;
  readonly snapshot: Snapshot;
}

function nodeRows(node: TreeNode | undefined, { role, above, snapshot }: NodePlace): BlockRow[] {
  if (node === undefined) return [];
  return [{
    key: `${above.key}/${node.name}`, label: printableLine(role), name: node.name, medium: node.row,
    held: () => holdersText(node, snapshot, above.holder), below: node.below, holder: node.name,
  }];
}

function trayDeed({ device, name }: BlockRow): { type: string } {
  const verb = device?.tray_open === true ? 'close' : 'open';
  const id = typeof device?.qdev === 'string' && device.qdev !== '' ? `id=${quoteWord(device.qdev)}` : `device=${quoteWord(name)}`;
  return { type: `blockdev-${verb}-tray ${id}` };
}

function modeOf({ medium }: BlockRow): string {
  if (medium === undefined) return none;
  return medium.ro === true ? 'ro' : 'rw';
}

/** How many images lie under the top one. */
function depthOf({ medium }: BlockRow): string {
  const depth = amount(medium?.backing_file_depth);
  return depth === undefined ? none : String(depth);
}

/** A floppy drive is removable and has no tray. */
function trayOf({ device }: BlockRow): string {
  if (device?.tray_open === undefined) return device?.locked === true ? 'locked' : none;
  if (device.tray_open !== true) return device.locked === true ? 'locked' : 'closed';
  return device.locked === true ? 'open, locked' : 'open';
}

function fileOf({ medium }: BlockRow): string {
  return medium ? text(medium.file) : 'no medium';
}

/** File names lose their beginning; of `json:` names, the beginning says most. */
function cutFile(file: string, cells: number): string {
  return file.startsWith('json:') ? cutCells(file, cells) : cutStart(file, cells);
}
