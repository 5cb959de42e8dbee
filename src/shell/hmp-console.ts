import { hmpCommands } from '../hmp/command-facts.ts';
import { createHmp } from '../hmp/create-hmp.ts';
import { groups, loadCommand } from '../hmp/find-command.ts';
import { HmpError } from '../hmp/hmp-error.ts';
import { QapiError } from '../qapi/qapi-error.ts';
import type { Link } from '../qmp/link.ts';
import { monitorTextOutcome } from './monitor-text.ts';
import { failed, printed } from './print-reply.ts';
import type { Outcome } from './session.ts';

export { hmpCommands };

export interface HmpLineOptions {
  readonly link: Link;
  /** The far end's QMP commands; undefined when it did not tell them, then it is taken to have what we need. */
  readonly names: ReadonlySet<string> | undefined;
  readonly history: () => readonly string[];
  /** QEMU's own texts instead of better ones. */
  readonly compat?: boolean;
  /** What `info` lists is a table; default: unless texts are QEMU's. */
  readonly tables?: boolean | undefined;
}

/** Whether a word begins a line of the human monitor that we know. */
export async function isHmpName(word: string): Promise<boolean> {
  return groups.has(word) || (await loadCommand(word)) !== undefined;
}

/**
 * Runs one line of the human monitor on QMP. Lines that we do not know, or for which the far end lacks a QMP command,
 * go to its own monitor where it has one, and the text that comes back is told from an error.
 * @throws LinkError
 */
export async function runHmp(line: string, { link, names, history, compat = false, tables }: HmpLineOptions): Promise<Outcome> {
  let isPassedOn = false;
  const passOn = async (whole: string): Promise<string> => {
    isPassedOn = true;
    return String(await link.execute('human-monitor-command', { 'command-line': whole }));
  };
  const { text, error } = await createHmp({
    execute: (command, args) => link.execute(command, args),
    offers: (command) => names?.has(command) ?? true,
    history,
    compat,
    ...(tables !== undefined && { tables }),
    ...(names?.has('human-monitor-command') !== false && { passOn }),
  }).evaluate(line);
  if (error !== undefined) return inWordsOf(compat ? text : undefined, failed(error instanceof HmpError ? asQapiError(error) : error));
  return isPassedOn ? passedOn(line, text) : printed(text);
}

/** QEMU's text of a failure takes the place of ours where it is wanted. */
function inWordsOf(text: string | undefined, outcome: Outcome): Outcome {
  if (text === undefined) return outcome;
  const shown = text.replaceAll('\r\n', '\n').replace(/\n+$/, '');
  return { ...outcome, outputs: outcome.outputs.map((output) => ({ ...output, text: shown })) };
}

/** A line's own failure as a client would have received it. */
export function asQapiError({ reason, message }: HmpError): QapiError {
  return new QapiError(message, { class: reason === 'unknown command' ? 'CommandNotFound' : 'GenericError' });
}

/** QEMU's qemu-io writes to the standard output of QEMU itself, where nobody at this end sees it. */
function passedOn(line: string, text: string): Outcome {
  const outcome = monitorTextOutcome(text);
  if (outcome.outputs.length > 0 || !line.startsWith('qemu-io')) return outcome;
  return { ...outcome, outputs: [{ kind: 'note', text: 'ok; the far end prints the results of qemu-io on its own standard output' }] };
}
