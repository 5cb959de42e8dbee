import { blockTree } from '../../shell/block-tree.ts';
import { quoteWord } from '../../shell/completion/quote.ts';
import { rowName } from '../../shell/io-rates.ts';
import type { DeviceRates, IoRate } from '../../shell/io-rates.ts';
import { formatDuration } from '../../shell/job-progress.ts';
import type { NodeGrowth } from '../../shell/node-growth.ts';
import type { Panel, PanelColumn, PanelModel, RowAction } from '../panel.ts';
import { deviceLabel } from '../text/device-label.ts';
import { cutCells, padCells } from '../text/fit-cells.ts';
import { formatByteRate, formatBytes, formatCount, formatMilliseconds } from '../text/format-quantity.ts';
import { byteLimit } from '../text/limit-text.ts';
import { printableLine } from '../text/printable.ts';
import { theme } from '../theme.ts';
import { chartRows } from '../widgets/chart.ts';
import { sparkline } from '../widgets/sparkline.ts';

interface StatsRow {
  readonly key: string;
  /** How commands call the device. */
  readonly name: string;
  readonly rates: DeviceRates;
  /** Bytes per second that the throttle allows. */
  readonly limit?: number | undefined;
  /** The node at the top of the device. */
  readonly root?: string | undefined;
  readonly growth: PanelModel['growth'];
  /** A line about the device above it, for the width that there is. */
  readonly line?: (width: number) => string;
}

const sparkCells = 24;
const chartHeight = 4;
/** So near to the limit, the throttle holds requests back. */
const atLimit = 0.95;
const rate = (of: (latest: IoRate) => number, format: (value: number) => string) => (row: StatsRow) => format(of(row.rates.latest));
const isIdle = ({ rates: { latest } }: StatsRow) => latest.readOps + latest.writeOps + latest.flushOps === 0;
const faint = (cell: string, row: StatsRow) => (isIdle(row) ? theme.dim(cell) : cell);
const by = (of: (latest: IoRate) => number | undefined) => (row: StatsRow) => of(row.rates.latest);

const columns: readonly PanelColumn<StatsRow>[] = [
  { title: 'I/O', priority: 0, text: ({ name }) => deviceLabel(name), min: 14, paint: (cell) => theme.strong(cell),
    sort: ({ name }) => name },
  { title: 'READ', priority: 0, align: 'right', fixed: 10, text: rate((latest) => latest.readBytes, formatByteRate),
    paint: faint, sort: by((latest) => latest.readBytes) },
  { title: 'WRITE', priority: 0, align: 'right', fixed: 10, text: rate((latest) => latest.writeBytes, formatByteRate),
    paint: faint, sort: by((latest) => latest.writeBytes) },
  { title: 'R-IOPS', priority: 2, align: 'right', fixed: 6, text: rate((latest) => latest.readOps, formatCount), paint: faint,
    sort: by((latest) => latest.readOps) },
  { title: 'W-IOPS', priority: 3, align: 'right', fixed: 6, text: rate((latest) => latest.writeOps, formatCount), paint: faint,
    sort: by((latest) => latest.writeOps) },
  { title: 'MS/OP', priority: 1, align: 'right', fixed: 6, text: ({ rates }) => latencyText(rates.latest), paint: faint,
    sort: by(latency) },
  { title: 'ACTIVITY', priority: 4, fixed: sparkCells, text: ({ rates, limit }) => sparkline(rates.history, sparkCells, limit),
    paint: spark },
  { title: 'LIMIT', priority: 6, align: 'right', fixed: 11, text: limitText,
    paint: (cell, row) => (isThrottled(row) ? theme.warn(cell) : theme.dim(cell)), sort: ({ limit }) => limit },
  { title: 'FULL IN', priority: 5, align: 'right', fixed: 11, text: fullText,
    paint: (cell) => (cell.trim() === '–' ? theme.dim(cell) : theme.warn(cell)) },
  { title: 'MERGED', priority: 8, align: 'right', fixed: 6, text: rate((latest) => latest.merged, formatCount), paint: faint,
    sort: by((latest) => latest.merged) },
  { title: 'FAILED', priority: 7, align: 'right', fixed: 6, text: ({ rates }) => formatCount(rates.failed),
    paint: (cell, { rates }) => (rates.failed > 0 ? theme.bad(cell) : theme.dim(cell)), sort: ({ rates }) => rates.failed },
];

const actions: readonly RowAction<StatsRow>[] = [
  { key: 't', description: 'throttle: sets its limits (bps, bps_rd, bps_wr, iops, iops_rd, iops_wr)',
    deed: ({ name }) => ({ type: `block_set_io_throttle ${quoteWord(name)} ` }) },
  { key: 'i', description: 'info: prints its counters', deed: () => ({ run: 'info blockstats' }) },
];

/** What `query-blockstats` shows, as rates between two readings; below a device its course and its nodes. */
const stats: Panel<StatsRow> = {
  id: 'stats',
  title: 'I/O statistics',
  key: 'f4',
  refreshOn: ['BLOCK_IO_ERROR', 'RESUME', 'STOP'],
  order: 2,
  columns,
  actions,
  rows: statsRows,
  keyOf: ({ key }) => key,
  textOf: ({ name }) => name,
  below: detailRows,
  across: ({ line }, width) => line?.(width),
  empty: ({ snapshot }) => (snapshot.atMs === 0 ? 'waiting for the first reading' : 'no device has a medium'),
};

export default stats;

/** The devices that have a medium or moved a byte lately; an empty drive has nothing to say here. */
function statsRows({ snapshot, rates, growth }: PanelModel): StatsRow[] {
  const media = new Map(snapshot.block.map((row) => [rowName(row), row.inserted as Readonly<Record<string, unknown>> | undefined]));
  return [...rates.devices].flatMap(([name, device]) => {
    const medium = media.get(name);
    if (medium === undefined && media.has(name) && device.history.every((bytes) => bytes === 0)) return [];
    const root = medium?.['node-name'];
    return [{ key: name, name, rates: device, growth, limit: medium && byteLimit(medium), root: typeof root === 'string' ? root : undefined }];
  });
}

/** A device's course with its limit, then how far its nodes are written. */
function detailRows(row: StatsRow, { snapshot }: PanelModel): StatsRow[] {
  if (row.line !== undefined) return [];
  const chart = Array.from({ length: chartHeight }, (_, index) => ({ ...row, key: `${row.key}/chart${index}`, line: (width: number) => chartLine(row, index, width) }));
  const { nodes } = blockTree(snapshot);
  const below = (name: string | undefined, role: string): StatsRow[] => {
    const node = name === undefined ? undefined : nodes.get(name);
    if (name === undefined || node === undefined) return [];
    const line = (width: number) => nodeLine({ name, role, growth: row.growth.nodes.get(name) }, width);
    return [{ ...row, key: `${row.key}/${name}`, line }, ...node.below.flatMap((child) => below(child.name, child.role))];
  };
  return [...chart, ...below(row.root, 'root')];
}

function chartLine({ rates, limit }: StatsRow, index: number, width: number): string {
  const cells = Math.max(10, Math.min(60, width - 30));
  const rows = chartRows(rates.history, { width: cells, height: chartHeight, limit });
  const row = rows[index] ?? '';
  const most = Math.max(...rates.history, 0);
  const isLimit = limit !== undefined && row.includes('┄');
  const label = isLimit ? ` limit ${formatByteRate(limit)}` : index === 0 && (limit ?? 0) < most ? ` ${formatByteRate(most)}` : index === chartHeight - 1 ? ' 0' : '';
  return cutCells(`   ${row}`, width).replace(/[┄]+/g, (dashes) => theme.warn(dashes)) + (isLimit ? theme.warn(label) : theme.dim(label));
}

function nodeLine({ name, role, growth }: { name: string; role: string; growth: NodeGrowth | undefined }, width: number): string {
  if (growth === undefined) return theme.dim(cutCells(`   ${padCells(role, 8)} ${printableLine(name)}`, width));
  const full = growth.end === undefined ? '' : `, ends at ${formatBytes(growth.end)}${growth.fullInSeconds === undefined ? '' : `: full in about ${formatDuration(growth.fullInSeconds)}`}`;
  const grows = growth.rate >= 1 ? `, grows ${formatByteRate(growth.rate)}` : '';
  const line = cutCells(`   ${padCells(role, 8)} ${printableLine(name)}: written up to ${formatBytes(growth.highest)}${grows}${full}`, width);
  return growth.fullInSeconds === undefined ? theme.dim(line) : theme.warn(line);
}

/** The first of a device's nodes that will be full. */
function fullText({ root, growth }: StatsRow): string {
  const seconds = root === undefined ? undefined : growth.fullIn.get(root);
  return seconds === undefined ? '–' : `~${formatDuration(seconds)}`;
}

/** Mean milliseconds per operation, reads and writes weighed by their number. */
function latency({ readMs = 0, readOps, writeMs = 0, writeOps }: IoRate): number | undefined {
  const operations = readOps + writeOps;
  return operations === 0 ? undefined : (readMs * readOps + writeMs * writeOps) / operations;
}

function latencyText(latest: IoRate): string {
  const ms = latency(latest);
  return ms === undefined ? '–' : formatMilliseconds(ms);
}

/** A mark says that the limit is what holds it back. */
function limitText(row: StatsRow): string {
  return row.limit === undefined ? '–' : `${isThrottled(row) ? '!' : ''}${formatByteRate(row.limit)}`;
}

function isThrottled({ rates, limit }: StatsRow): boolean {
  return limit !== undefined && (rates.history.at(-1) ?? 0) >= atLimit * limit;
}

function spark(cell: string, row: StatsRow): string {
  if (isThrottled(row)) return theme.warn(cell);
  return isIdle(row) ? theme.dim(cell) : theme.accent(cell);
}
