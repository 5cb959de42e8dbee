import { defineConsoleCommand } from '../console-command.ts';
import type { Console } from '../console-command.ts';
import { splitOwnLine } from '../console-commands.ts';
import { InputError } from '../failure.ts';
import { withoutSecrets } from '../secrets.ts';
import type { LiveLine, Outcome, Output } from '../session.ts';
import { pause, untilAborted } from '../until-aborted.ts';

const option = /^-([a-z])\s*(\S*)\s*/;
const leastSeconds = 0.1;
const mostSeconds = 86_400;

interface Watch {
  readonly line: string;
  readonly seconds: number;
  /** How many rounds; absent: until somebody stops it. */
  readonly rounds?: number;
}

export default defineConsoleCommand({
  name: 'watch',
  usage: '[-n SECONDS] [-c ROUNDS] COMMAND',
  doc: 'run any line again and again (every 2 s), and mark what has changed; Ctrl-C ends it',
  lineFrom: (rest) => {
    const at = /^(?:-[a-z]\s*\S+\s+)*/.exec(rest)?.[0].length ?? 0;
    return rest[at] === '-' ? Number.POSITIVE_INFINITY : at;
  },
  argument: (before) => (before.at(-1) === '-n' ? { expects: 'seconds' } : before.at(-1) === '-c' ? { expects: 'how many rounds' } : undefined),
  run: (rest, console) => runRounds(parseWatch(rest), console),
});

function parseWatch(rest: string): Watch {
  let line = rest;
  let watch: Omit<Watch, 'line'> = { seconds: 2 };
  for (let found = option.exec(line); found !== null; found = option.exec(line)) {
    const [all, letter, value] = found;
    if (letter === 'n') watch = { ...watch, seconds: numberOf(value, { what: 'seconds', least: leastSeconds, most: mostSeconds }) };
    else if (letter === 'c') watch = { ...watch, rounds: Math.floor(numberOf(value, { what: 'rounds', least: 1, most: Number.MAX_SAFE_INTEGER })) };
    else throw new InputError(`watch: there is no option -${letter}; it takes [-n SECONDS] [-c ROUNDS] COMMAND`);
    line = line.slice(all.length);
  }
  if (line.trim() === '') throw new InputError('watch: say what to watch, as in: watch -n 5 info block');
  const { name } = splitOwnLine(line.trim());
  if (name === 'watch') throw new InputError('watch: a watch that never ends cannot be watched');
  return { ...watch, line: line.trim() };
}

function numberOf(text: string | undefined, { what, least, most }: { what: string; least: number; most: number }): number {
  const value = Number(text);
  if (text !== '' && value >= least && value <= most) return value;
  throw new InputError(`watch: '${text}' is no number of ${what} (${least} or more)`);
}

/** One round after the other; they never overlap. On a screen the last one stays when it ends. */
async function runRounds({ line, seconds, rounds = Number.POSITIVE_INFINITY }: Watch, console: Console): Promise<Outcome> {
  const { signal } = console;
  let before: readonly LiveLine[] | undefined;
  let last: Outcome = { status: 'done', outputs: [] };
  for (let round = 1; round <= rounds; round++) {
    const startedAt = performance.now();
    const outcome = await untilAborted(runRound(line, console), signal);
    if (outcome === undefined) break;
    last = outcome;
    const heading = `every ${seconds} s: ${withoutSecrets(line)}   ${clockTime()}${outcome.status === 'failed' ? '   failed' : ''}`;
    if (console.show) {
      const lines = markChanges(liveLines(outcome.outputs), before);
      console.show({ heading, lines });
      before = lines;
    } else await console.report({ ...outcome, outputs: [{ kind: 'note', text: heading }, ...outcome.outputs] });
    // Who has declined once is not asked again every two seconds.
    if (outcome.status === 'leave' || round === rounds || isRefused(outcome)) break;
    await pause(startedAt + seconds * 1000 - performance.now(), signal);
    if (signal.aborted) break;
  }
  // What was shown in place goes away with the line; its last state is worth keeping.
  return console.show ? last : { status: last.status, outputs: [] };
}

function isRefused({ reply }: Outcome): boolean {
  return (reply?.error as { readonly class?: unknown } | undefined)?.class === 'Refused';
}

/** Everything that the line says, also what it says before its end. */
async function runRound(line: string, { run, signal }: Console): Promise<Outcome> {
  const outputs: Output[] = [];
  const outcome = await run(line, { signal, report: (step) => void outputs.push(...step.outputs) });
  return { ...outcome, outputs: [...outputs, ...outcome.outputs] };
}

function liveLines(outputs: readonly Output[]): LiveLine[] {
  return outputs.flatMap(({ kind, text }) => text.split('\n').map((one) => ({ kind, text: one, isChanged: false })));
}

/** Marks the lines that the round before did not have; lines that only moved, or whose columns did, are not marked. */
function markChanges(lines: readonly LiveLine[], before: readonly LiveLine[] | undefined): readonly LiveLine[] {
  if (before === undefined) return lines;
  const known = new Map<string, number>();
  const words = ({ text }: LiveLine) => text.replace(/\s+/g, ' ');
  for (const line of before) known.set(words(line), (known.get(words(line)) ?? 0) + 1);
  return lines.map((line) => {
    const count = known.get(words(line)) ?? 0;
    known.set(words(line), count - 1);
    return { ...line, isChanged: count <= 0 };
  });
}

function clockTime(): string {
  return new Date().toTimeString().slice(0, 8);
}
