import { formatJson } from '../util/lossless-json.ts';
import { failed } from './print-reply.ts';
import { InputError } from './failure.ts';
import type { Outcome, RunContext, Session } from './session.ts';

/** One entry of a script: a line, or several that make one JSON message. */
export interface ScriptEntry {
  readonly text: string;
  /** The first line's number, from 1. */
  readonly lineNumber: number;
}

export interface ScriptStep extends ScriptEntry {
  readonly outcome: Outcome;
}

/**
 * Runs a script's lines in order and yields what each came to. Blank lines and lines that begin with `#` are skipped.
 * Ends after the first line that failed, unless `keepGoing`; ends at `quit`.
 */
export async function* runScript(
  session: Pick<Session, 'run' | 'isIncomplete'>, lines: Iterable<string> | AsyncIterable<string>,
  options: { readonly keepGoing?: boolean; readonly context?: RunContext } = {},
): AsyncGenerator<ScriptStep> {
  for await (const entry of joinEntries(lines, (text) => session.isIncomplete(text))) {
    const outcome = session.isIncomplete(entry.text)
      ? failed(new InputError(`the JSON message that begins in line ${entry.lineNumber} is not closed`))
      : await session.run(entry.text, options.context);
    yield { ...entry, outcome };
    if (outcome.status === 'leave' || (outcome.status === 'failed' && !options.keepGoing)) return;
  }
}

/** Runs several lines that came at once (pasted) as a script; all but the last one's outcome are reported. */
export async function runLines(
  session: Pick<Session, 'run' | 'isIncomplete'>, text: string, report: (outcome: Outcome) => void | Promise<void>,
): Promise<Outcome> {
  let last: Outcome | undefined;
  for await (const { outcome } of runScript(session, text.split('\n'))) {
    if (last) await report(last);
    last = outcome;
  }
  return last ?? { status: 'done', outputs: [] };
}

/** Joins the lines of a message whose braces are open; the last entry may be unfinished. */
export async function* joinEntries(
  lines: Iterable<string> | AsyncIterable<string>, isIncomplete: (text: string) => boolean,
): AsyncGenerator<ScriptEntry> {
  let open: string[] = [];
  let lineNumber = 0;
  for await (const line of lines) {
    lineNumber++;
    if (open.length === 0 && /^\s*(#|$)/.test(line)) continue;
    open.push(line);
    const text = open.join('\n');
    if (isIncomplete(text)) continue;
    yield { text, lineNumber: lineNumber - open.length + 1 };
    open = [];
  }
  if (open.length > 0) yield { text: open.join('\n'), lineNumber: lineNumber - open.length + 1 };
}

/** The one line that `--json` prints for an outcome; nothing for a line that asked for nothing. */
export function outcomeJson(outcome: Outcome): string | undefined {
  return outcome.reply === undefined ? undefined : formatJson(outcome.reply);
}
