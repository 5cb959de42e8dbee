import { createBlockNames } from '../../hmp/block-names.ts';
import { createHmp } from '../../hmp/create-hmp.ts';
import { HmpError } from '../../hmp/hmp-error.ts';
import type { BlockDeviceInfo } from '../../qapi/types/block-device-info.ts';
import type { BlockInfo } from '../../qapi/types/block-info.ts';
import type { Snapshot } from '../live-state.ts';
import { onlyAsks } from '../only-asks.ts';
import type { Request } from '../run-key-values.ts';

/** Where a line is tried out: on what is known of the far end. */
export interface TraceWorld {
  readonly snapshot: Snapshot;
  /** Whether the far end has a QMP command; default: it has all that we need. */
  readonly offers?: (command: string) => boolean;
  /** Texts are to be QEMU's own. */
  readonly compat?: boolean;
}

/** What a line of the human monitor would send. */
export interface Trace {
  /** In order; questions only where nothing else is sent. */
  readonly requests: readonly Request[];
  /** Why nothing would be sent, or why it would end there. */
  readonly problem?: string;
}

/** Lines send few requests: one for each device at most. */
const limit = 2000;

/** A question to which the answer is not known here: what would follow depends on it. */
class Unanswered extends Error {}

/** Finds out what a line would send by running it on a far end that does everything and changes nothing. */
export async function traceHmp(line: string, { snapshot, offers = () => true, compat = false }: TraceWorld): Promise<Trace> {
  const sent: Request[] = [];
  const execute = async (command: string, args?: Readonly<Record<string, unknown>>): Promise<unknown> => {
    sent.push({ command, ...(args && { args }) });
    if (sent.length > limit) throw new Unanswered(command);
    return answerTo(command, snapshot);
  };
  const passOn = (text: string) => execute('human-monitor-command', { 'command-line': text }) as Promise<string>;
  const names = createBlockNames({
    block: async () => snapshot.block as unknown as BlockInfo[], nodes: async () => snapshot.nodes as unknown as BlockDeviceInfo[],
  });
  const hmp = createHmp({ execute, offers, names, compat, ...(offers('human-monitor-command') && { passOn }) });
  const problem = await problemOf(hmp.evaluate(line));
  const changing = sent.filter(({ command }) => !onlyAsks(command));
  return { requests: changing.length > 0 ? changing : sent, ...(problem !== undefined && { problem }) };
}

async function problemOf(run: ReturnType<ReturnType<typeof createHmp>['evaluate']>): Promise<string | undefined> {
  try {
    const { error } = await run;
    if (!(error instanceof HmpError)) return error?.desc;
    return error.position === undefined ? error.message : `column ${error.position + 1}: ${error.message}`;
  } catch (error) {
    if (error instanceof Unanswered) return undefined;
    throw error;
  }
}

function answerTo(command: string, { block, nodes, jobs, stats, exports, status }: Snapshot): unknown {
  const known: Readonly<Record<string, unknown>> = {
    'query-block': block, 'query-named-block-nodes': nodes, 'query-block-jobs': jobs, 'query-blockstats': stats,
    'query-block-exports': exports, 'query-status': status, 'human-monitor-command': '', 'x-qemu-io': '',
  };
  const answer = known[command];
  if (answer !== undefined) return answer;
  if (onlyAsks(command)) throw new Unanswered(command);
  return {};
}
