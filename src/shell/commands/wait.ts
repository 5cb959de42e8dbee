import { defineConsoleCommand } from '../console-command.ts';
import type { ConsoleArgument } from '../console-command.ts';
import { InputError } from '../failure.ts';
import { lineWords } from '../line-words.ts';
import { waitForJob } from '../wait-for-job.ts';
import type { JobWait } from '../wait-for-job.ts';

const usage = 'job ID ready|done [--timeout SECONDS]';

export default defineConsoleCommand({
  name: 'wait',
  usage,
  doc: 'wait until a job is ready to be completed, or over; fails when the job does',
  argument: (before) => slots[before.length],
  run: (rest, console) => waitForJob(parseWait(rest), console),
});

const slots: readonly ConsoleArgument[] = [
  { expects: 'job', words: [{ value: 'job', detail: 'wait for a job' }] },
  { expects: 'job', completes: ['job'] },
  { expects: 'ready or done', words: [
    { value: 'ready', detail: 'until it waits to be completed or finalized' },
    { value: 'done', detail: 'until it is over' },
  ] },
  { expects: '[--timeout]', words: [{ value: '--timeout', detail: 'give up after so many seconds' }] },
  { expects: 'seconds' },
];

function parseWait(rest: string): JobWait {
  const words = lineWords(rest).map(({ text }) => text);
  const at = words.findIndex((word) => word === '--timeout' || word.startsWith('--timeout='));
  const [option = '', value] = at < 0 ? [] : words.splice(at, words[at] === '--timeout' ? 2 : 1);
  const [what, id, goal, ...more] = words;
  if (what !== 'job' || id === undefined || (goal !== 'ready' && goal !== 'done') || more.length > 0) throw new InputError(`wait takes ${usage}`);
  if (at < 0) return { id, goal };
  const text = value ?? option.slice('--timeout='.length);
  const seconds = Number(text);
  if (text.trim() === '' || !(seconds > 0) || seconds > 2_000_000) throw new InputError(`wait: '${text}' is no number of seconds`);
  return { id, goal, timeoutMs: seconds * 1000 };
}
