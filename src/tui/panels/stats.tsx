import { activity, rowName } from '../../shell/io-rates.ts';
import type { DeviceRates, IoRate } from '../../shell/io-rates.ts';
import type { Panel, PanelColumn, PanelModel } from '../panel.ts';
import { deviceLabel } from '../text/device-label.ts';
import { formatByteRate, formatCount, formatMilliseconds } from '../text/format-quantity.ts';
import { theme } from '../theme.ts';
import { sparkline } from '../widgets/sparkline.ts';

interface StatsRow {
  readonly name: string;
  readonly rates: DeviceRates;
}

const sparkCells = 24;
const rate = (of: (latest: IoRate) => number, format: (value: number) => string) => (row: StatsRow) => format(of(row.rates.latest));
const isIdle = ({ rates: { latest } }: StatsRow) => latest.readOps + latest.writeOps + latest.flushOps === 0;
const faint = (cell: string, row: StatsRow) => (isIdle(row) ? theme.dim(cell) : cell);

const columns: readonly PanelColumn<StatsRow>[] = [
  { title: 'I/O', priority: 0, text: (row) => row.name, min: 14, paint: (cell) => theme.strong(cell), sort: (row) => row.name },
  { title: 'READ', priority: 0, align: 'right', fixed: 10, text: rate((latest) => latest.readBytes, formatByteRate), paint: faint },
  { title: 'WRITE', priority: 0, align: 'right', fixed: 10, text: rate((latest) => latest.writeBytes, formatByteRate), paint: faint },
  { title: 'R-IOPS', priority: 2, align: 'right', fixed: 6, text: rate((latest) => latest.readOps, formatCount), paint: faint },
  { title: 'W-IOPS', priority: 3, align: 'right', fixed: 6, text: rate((latest) => latest.writeOps, formatCount), paint: faint },
  { title: 'MS/OP', priority: 1, align: 'right', fixed: 6, text: ({ rates }) => latency(rates.latest), paint: faint },
  { title: 'ACTIVITY', priority: 4, fixed: sparkCells, text: ({ rates }) => sparkline(activity(rates, 'bytes'), sparkCells), paint: spark },
];

/** What `query-blockstats` shows, as rates between two readings. */
const stats: Panel<StatsRow> = {
  id: 'stats',
  title: 'I/O statistics',
  key: 'f4',
  refreshOn: ['BLOCK_IO_ERROR', 'RESUME', 'STOP'],
  order: 2,
  columns,
  actions: [],
  rows: statsRows,
  keyOf: (row) => row.name,
  textOf: (row) => row.name,
  empty: ({ snapshot }) => (snapshot.atMs === 0 ? 'waiting for the first reading' : 'no device has a medium'),
};

export default stats;

/** The devices that have a medium or ever moved a byte; an empty drive has nothing to say here. */
function statsRows({ snapshot, rates }: PanelModel): StatsRow[] {
  const empty = new Set(snapshot.block.filter((row) => row.inserted === undefined).map(rowName));
  return [...rates.devices]
    .filter(([name, device]) => !empty.has(name) || activity(device, 'ops').some((count) => count > 0))
    .map(([name, device]) => ({ name: deviceLabel(name), rates: device }));
}

/** Mean milliseconds per operation, reads and writes weighed by their number. */
function latency({ readMs = 0, readOps, writeMs = 0, writeOps }: IoRate): string {
  const operations = readOps + writeOps;
  return operations === 0 ? '–' : formatMilliseconds((readMs * readOps + writeMs * writeOps) / operations);
}

function spark(cell: string, row: StatsRow): string {
  return isIdle(row) ? theme.dim(cell) : theme.accent(cell);
}
