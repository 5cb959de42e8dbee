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

const deadlineMs = 5000;
/** The graph changes seldom and its description is long: every fifth reading. */
const readingsPerNodes = 5;

/** Makes the reader of a link; commands that the far end lacks are asked for once only. */
export function createReader(link: Link, nowMs: () => number = () => performance.now()): LiveReader {
  const lacking = new Set<string>();
  let hangs = false;
  let sinceNodes = readingsPerNodes;

  const ask = async (command: string): Promise<unknown> => {
    if (lacking.has(command)) return undefined;
    try {
      return await link.execute(command, undefined, { deadlineMs });
    } catch (error) {
      if (!(error instanceof QapiError) || error.class !== 'CommandNotFound') throw error;
      lacking.add(command);
      return undefined;
    }
  };
  const rows = async (command: string) => ((await ask(command)) ?? []) as readonly Row[];

  const readAll = async (before: Snapshot, withNodes: boolean): Promise<Snapshot> => {
    const [block, stats, blockJobs, jobs, status, nodes, exports] = await Promise.all([
      rows('query-block'), rows('query-blockstats'), rows('query-block-jobs'), rows('query-jobs'),
      ask('query-status') as Promise<Row | undefined>, withNodes ? rows('query-named-block-nodes') : before.nodes,
      withNodes ? ask('query-block-exports') as Promise<readonly Row[] | undefined> : before.exports,
    ]);
    return { atMs: nowMs(), block, stats, jobs: mergeJobs(blockJobs, jobs), nodes, ...(exports && { exports }), ...(status && { status }) };
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
