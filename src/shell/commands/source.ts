import { dirname, resolve } from 'node:path';
import { defineConsoleCommand } from '../console-command.ts';
import type { Console } from '../console-command.ts';
import { InputError } from '../failure.ts';
import { lineWords } from '../line-words.ts';
import { runScript } from '../run-script.ts';
import { openScript } from '../script-file.ts';
import type { Outcome } from '../session.ts';

/** Scripts that run scripts that run scripts. */
const deepest = 16;

export default defineConsoleCommand({
  name: 'source',
  usage: '[-k] FILE',
  doc: 'run the lines of a file, to the first that fails (-k: to the end)',
  argument: (before) => (before.some((word) => word !== '-k') ? undefined
    : { expects: 'script', completes: ['file'], ...(before.length === 0 && { words: [{ value: '-k', detail: 'go on after a line that failed' }] }) }),
  run: async (rest, console) => {
    const words = lineWords(rest).map(({ text }) => text);
    const keepGoing = words[0] === '-k';
    const [file, ...more] = keepGoing ? words.slice(1) : words;
    if (file === undefined || more.length > 0) throw new InputError('source takes [-k] FILE (a name with blanks in quotes)');
    if (console.sources.length >= deepest) throw new InputError(`source: ${deepest} scripts run each other; ${console.sources.at(-1)} cannot run another`);
    // Scripts that belong together lie together: a script's names are relative to its own folder.
    const outer = console.sources.at(-1);
    return runFile({ file, path: outer === undefined ? resolve(file) : resolve(dirname(outer), file), keepGoing }, console);
  },
});

/** Reports what each line says, its errors with file and line. */
async function runFile({ file, path, keepGoing }: { file: string; path: string; keepGoing: boolean }, console: Console): Promise<Outcome> {
  const { signal } = console;
  let status: Outcome['status'] = 'done';
  const report = (outcome: Outcome) => console.report(outcome);
  const sources = [...console.sources, path];
  const session = {
    isIncomplete: (text: string) => console.isIncomplete(text),
    run: (line: string) => console.run(line, { signal, report, ...(console.show && { show: console.show }) }, sources),
  };
  for await (const { outcome, lineNumber } of runScript(session, await openScript(path), { keepGoing })) {
    if (signal.aborted) return { status: 'failed', outputs: [{ kind: 'note', text: `stopped at ${file}:${lineNumber}` }] };
    await console.report(placed(outcome, `${file}:${lineNumber}`));
    if (outcome.status !== 'done') status = outcome.status;
  }
  return { status, outputs: [] };
}

function placed(outcome: Outcome, place: string): Outcome {
  return { ...outcome, outputs: outcome.outputs.map((output) => (output.kind === 'error' ? { ...output, text: `${place}: ${output.text}` } : output)) };
}
