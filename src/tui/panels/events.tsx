import type { LoggedEvent } from '../../shell/event-log.ts';
import { formatJson } from '../../util/lossless-json.ts';
import type { Panel, PanelColumn } from '../panel.ts';
import { cutCells } from '../text/fit-cells.ts';
import { printableLine } from '../text/printable.ts';
import { theme } from '../theme.ts';

/** An event, or a line of it as JSON. */
interface EventRow {
  readonly key: string;
  readonly logged: LoggedEvent;
  readonly line?: string;
}

const parts = ({ logged }: EventRow) => /^(\S+) (\S+)\s*(.*)$/.exec(logged.output.text) ?? ['', '', logged.name, ''];

const columns: readonly PanelColumn<EventRow>[] = [
  { title: 'EVENT', priority: 0, fixed: 14, text: (row) => parts(row)[1] ?? '', paint: (cell) => theme.dim(cell) },
  { title: 'NAME', priority: 0, min: 19, gives: 1, text: (row) => printableLine(parts(row)[2] ?? ''),
    paint: (cell) => theme.accent(cell), sort: ({ logged }) => logged.name },
  { title: 'SAYS', priority: 0, min: 20, text: (row) => printableLine(parts(row)[3] ?? '') },
];

/** What the far end told by itself, the newest first. */
const events: Panel<EventRow> = {
  id: 'events',
  title: 'events',
  key: 'f7',
  refreshOn: [],
  order: 4,
  columns,
  actions: [],
  rows: (model) => model.events.newestFirst.map((logged) => ({ key: String(logged.number), logged })),
  keyOf: ({ key }) => key,
  textOf: ({ logged }) => logged.output.text,
  below: ({ logged, key, line }) => (line === undefined
    ? formatJson(logged.output.data, { pretty: true }).split('\n').map((text, index) => ({ key: `${key}/${index}`, logged, line: text })) : []),
  across: ({ line }, width) => (line === undefined ? undefined : cutCells(`   ${printableLine(line)}`, width)),
  empty: () => 'no event has come yet',
};

export default events;
