import { QapiError } from '../qapi/qapi-error.ts';
import type { Link } from '../qmp/link.ts';
import { isLinkError } from './failure.ts';
import type { Snapshot } from './live-state.ts';
import { mergeJobs } from './merge-jobs.ts';

type Row = Readonly<Record<string, unknown>>;

/** Reads one snapshot after another. */
export interface LiveReader {
  /**
   * Asks for everything that is due; `before` gives what is not.
   * @throws QapiError or LinkError of the first question that failed
   */
  read(before: Snapshot): Promise<Snapshot>;
  /** The graph may have changed: the next reading asks for the nodes too. */
  wantNodes(): void;
  /** Another far end may answer now: forgets which commands it lacks. */
  forget(): void;
}

type Graph = Pick<Snapshot, 'nodes' | 'exports' | 'graph' | 'nodeStats'>;

const deadlineMs = 5000;
/** The graph changes seldom and its description is long: every fifth reading. */
const readingsPerNodes = 5;
/** From so many devices on, their description is as long as the graph's, and asked for with it. */
const manyDevices = 100;
/** Statistics of single nodes are asked for as long as there are no more. */
const mostNodes = 200;

/** Makes the reader of a link; commands that the far end lacks are asked for once only. */
export function createReader(link: Pick<Link, 'execute'>, nowMs: () => number = () => performance.now()): LiveReader {
  const lacking = new Set<string>();
  let hangs = false;
  let sinceNodes = readingsPerNodes;

  const ask = async (command: string, args?: Row): Promise<unknown> => {
    if (lacking.has(command)) return undefined;
    try {
      return await link.execute(command, args, { deadlineMs });
    } catch (error) {
      if (!(error instanceof QapiError) || error.class !== 'CommandNotFound') throw error;
      lacking.add(command);
      return undefined;
    }
  };
  const rows = async (command: string, args?: Row) => ((await ask(command, args)) ?? []) as readonly Row[];

  /** What the nodes are, how they hang together, who holds them. */
  const readGraph = async (before: Graph): Promise<Graph> => {
    const [nodes, graph, exports, nodeStats] = await Promise.all([
      rows('query-named-block-nodes'), ask('x-debug-query-block-graph') as Promise<Row | undefined>,
      ask('query-block-exports') as Promise<readonly Row[] | undefined>,
      before.nodes.length > mostNodes ? undefined : rows('query-blockstats', { 'query-nodes': true }),
    ]);
    return { nodes, ...(exports && { exports }), ...(graph && { graph }), ...(nodeStats && { nodeStats }) };
  };

  const readAll = async (before: Snapshot, withNodes: boolean): Promise<Snapshot> => {
    const withDevices = withNodes || before.block.length < manyDevices;
    const { nodes, exports, graph, nodeStats } = before;
    const [block, stats, blockJobs, jobs, status, nodesAndMore] = await Promise.all([
      withDevices ? rows('query-block') : before.block, rows('query-blockstats'), rows('query-block-jobs'), rows('query-jobs'),
      ask('query-status') as Promise<Row | undefined>,
      withNodes ? readGraph(before) : { nodes, ...(exports && { exports }), ...(graph && { graph }), ...(nodeStats && { nodeStats }) },
    ]);
    return { atMs: nowMs(), block, stats, jobs: mergeJobs(blockJobs, jobs), ...nodesAndMore, ...(status && { status }) };
  };

  return {
    read: async (before) => {
      // A far end that did not answer gets one short question before it gets six.
      if (hangs) await ask('query-block-jobs');
      const withNodes = sinceNodes >= readingsPerNodes;
      sinceNodes = withNodes ? 1 : sinceNodes + 1;
      try {
        const snapshot = await readAll(before, withNodes);
        hangs = false;
        return snapshot;
      } catch (error) {
        hangs = isLinkError(error) && error.reason === 'deadline';
        if (withNodes) sinceNodes = readingsPerNodes;
        throw error;
      }
    },
    wantNodes: () => { sinceNodes = readingsPerNodes; },
    forget: () => {
      lacking.clear();
      hangs = false;
      sinceNodes = readingsPerNodes;
    },
  };
}
