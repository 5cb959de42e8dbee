import { once } from 'node:events';
import { createSession } from '../../shell/create-session.ts';
import { outcomeJson, runScript } from '../../shell/run-script.ts';
import type { Safety } from '../../shell/safety/safety.ts';
import { linesOf, openScript } from '../../shell/script-file.ts';
import type { Outcome } from '../../shell/session.ts';
import { formatJson } from '../../util/lossless-json.ts';
import { awaitReady } from '../await-ready.ts';
import { openTarget, targetOf, type OpenTarget } from '../open-target.ts';
import type { Invocation } from '../program.ts';
import { safetyOf } from '../safety-of.ts';
import { untilAskedToLeave } from '../until-asked-to-leave.ts';
import { settingsOf } from '../settings-of.ts';
import { UsageError } from '../usage-error.ts';

/** `qmon exec`: runs lines and prints what they came to. Exit status 0 all succeeded, 1 one failed, 2 wrong usage. */
export async function exec(invocation: Invocation): Promise<number> {
  const safety = safetyOf(invocation.options);
  const { scripts, images } = await scriptsOf(invocation);
  const target = await openTarget(targetOf(invocation, images, false));
  return runAndClose(target, scripts, { ...invocation.options, safety });
}

type Lines = Iterable<string> | AsyncIterable<string>;

/** How scripts run. */
export interface ScriptOptions {
  readonly safety: Safety;
  readonly json?: boolean;
  readonly keepGoing?: boolean;
  readonly hmpCompat?: boolean;
  readonly log?: string;
}

/** Runs scripts until they end or a signal asks to leave, and closes the target in either case. @returns the exit status */
export async function runAndClose(target: OpenTarget, scripts: readonly Lines[], options: ScriptOptions): Promise<number> {
  const asked = new AbortController();
  const run = runScripts(target, scripts, { ...options, asked: asked.signal });
  try {
    const signalled = await untilAskedToLeave(run.then(() => undefined));
    if (signalled === 0) return await run;
    asked.abort();
    process.stdin.destroy();
    return signalled;
  } finally {
    await target.close();
  }
}

/** Runs scripts one after another on an open target and prints the outcomes. @returns the exit status */
async function runScripts(
  { link, images }: OpenTarget, scripts: readonly Lines[], { json = false, asked, ...options }: ScriptOptions & { readonly asked: AbortSignal },
): Promise<number> {
  const { keepGoing, hmpCompat, log, safety } = options;
  // Programs read what they know from QEMU, people read tables.
  const session = createSession({ link, images, safety, settings: settingsOf({ hmpCompat, log }), hmpTables: process.stdout.isTTY === true && hmpCompat !== true });
  try {
    await awaitReady(link);
    if (json) session.onEvent((output) => void process.stdout.write(`${formatJson(output.data)}\n`));
    let status = 0;
    const context = { signal: asked, report: (outcome: Outcome) => print(outcome, json) };
    for (const lines of scripts) {
      for await (const { outcome } of runScript(session, lines, { keepGoing, context })) {
        if (asked.aborted) return status;
        await print(outcome, json);
        if (outcome.status === 'failed') status = 1;
        if (outcome.status === 'leave' || (status === 1 && !keepGoing)) return status;
      }
    }
    return status;
  } finally {
    await session.close();
  }
}

/** With -c every word is an image and each -c a script of its own; without it the last word is the script. */
async function scriptsOf({ words, options }: Invocation): Promise<{ scripts: Lines[]; images: readonly string[] }> {
  if (options.command) return { scripts: options.command.map((text) => text.split('\n')), images: words };
  const file = words.at(-1) ?? '-';
  if (words.length === 0 && process.stdin.isTTY) throw new UsageError("exec: nothing to run; give a line with -c, a script file, or '-'");
  return { scripts: [file === '-' ? linesOf(process.stdin) : await scriptLines(file)], images: words.slice(0, -1) };
}

/** @throws UsageError when it is none */
async function scriptLines(name: string): Promise<AsyncIterable<string>> {
  return openScript(name).catch((error: Error) => {
    throw new UsageError(`exec: ${error.message}; give the lines with -c, or '-' after the images`);
  });
}

/** Replies go to standard output, errors to standard error; with --json everything is one object a line on standard output. */
async function print(outcome: Outcome, json: boolean): Promise<void> {
  if (json) {
    const line = outcomeJson(outcome);
    return line === undefined ? undefined : write(process.stdout, line);
  }
  for (const { kind, text } of outcome.outputs) await write(kind === 'error' ? process.stderr : process.stdout, text);
}

/** @throws Error EPIPE when nobody reads any more */
async function write(stream: NodeJS.WriteStream, text: string): Promise<void> {
  if (stream.destroyed) throw Object.assign(new Error('write EPIPE'), { code: 'EPIPE' });
  if (!stream.write(text.endsWith('\n') ? text : `${text}\n`)) await once(stream, 'drain');
}
