type Row = Readonly<Record<string, unknown>>;

/** How far a node has been written, and how soon it will be full. */
export interface NodeGrowth {
  /** The end of the furthest write. */
  readonly highest: number;
  /** By how much that moves, in bytes per second; smoothed. */
  readonly rate: number;
  /** The write threshold, or the end of a host device; absent where a file just grows. */
  readonly end?: number | undefined;
  /** Seconds until the end is reached at this rate. */
  readonly fullInSeconds?: number | undefined;
}

/** All that is remembered between two readings; start with `noGrowth`. */
export interface NodeGrowths {
  readonly atMs: number;
  readonly nodes: ReadonlyMap<string, NodeGrowth>;
  /** Seconds until the first of a device's nodes is full, by the node at its top. */
  readonly fullIn: ReadonlyMap<string, number>;
}

export const noGrowth: NodeGrowths = { atMs: Number.NaN, nodes: new Map(), fullIn: new Map() };

/** Allocation comes in bursts: the time over which a change of its rate is forgotten to a third. */
const smoothingSeconds = 30;

/**
 * Takes one reading.
 * @param reading.stats rows of query-blockstats, with the nodes below a device inside them; rows of nodes too
 * @param reading.nodes rows of query-named-block-nodes, which tell the thresholds and the sizes of host devices
 */
export function addNodeReading(previous: NodeGrowths, reading: { stats: readonly Row[]; nodes: readonly Row[]; atMs: number }): NodeGrowths {
  const { stats, atMs } = reading;
  if (atMs === previous.atMs) return previous;
  // A replay that jumps back begins anew.
  if (atMs < previous.atMs) return addNodeReading(noGrowth, reading);
  const weight = 1 - Math.exp(-(atMs - previous.atMs) / 1000 / smoothingSeconds);
  const ends = endsOf(reading.nodes);
  const nodes = new Map<string, NodeGrowth>();
  const fullIn = new Map<string, number>();
  const add = (row: Row, top: string): void => {
    const name = text(row['node-name']);
    if (name !== '') {
      const highest = count(object(row.stats).wr_highest_offset);
      const node = grown(previous.nodes.get(name), { highest, end: ends.get(name), seconds: (atMs - previous.atMs) / 1000, weight });
      nodes.set(name, node);
      if (node.fullInSeconds !== undefined) fullIn.set(top, Math.min(node.fullInSeconds, fullIn.get(top) ?? Number.POSITIVE_INFINITY));
    }
    if (row.parent !== undefined) add(object(row.parent), top);
    if (row.backing !== undefined) add(object(row.backing), top);
  };
  for (const row of stats) add(row, text(row['node-name']));
  return { atMs, nodes, fullIn };
}

function grown(before: NodeGrowth | undefined, now: { highest: number; end: number | undefined; seconds: number; weight: number }): NodeGrowth {
  const { highest, end, seconds, weight } = now;
  if (before === undefined || highest < before.highest) return { highest, rate: 0, end };
  const step = (highest - before.highest) / seconds;
  const rate = before.rate === 0 ? step : before.rate + (step - before.rate) * weight;
  const left = end === undefined ? undefined : Math.max(0, end - highest);
  return { highest, rate, end, fullInSeconds: left === undefined || rate < 1 ? undefined : left / rate };
}

/** Where nodes end: at their write threshold, and host devices where they end. */
function endsOf(nodes: readonly Row[]): ReadonlyMap<string, number> {
  const ends = new Map<string, number>();
  for (const node of nodes) {
    const threshold = count(node.write_threshold);
    const size = node.drv === 'host_device' ? count(object(node.image)['virtual-size']) : 0;
    const end = threshold > 0 ? threshold : size;
    if (end > 0 && typeof node['node-name'] === 'string') ends.set(node['node-name'], end);
  }
  return ends;
}

function count(value: unknown): number {
  return typeof value === 'number' ? value : typeof value === 'bigint' ? Number(value) : 0;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function object(value: unknown): Row {
  return typeof value === 'object' && value !== null ? value as Row : {};
}
