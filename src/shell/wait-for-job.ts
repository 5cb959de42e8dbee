import { QapiError } from '../qapi/qapi-error.ts';
import type { Link } from '../qmp/link.ts';
import type { Console } from './console-command.ts';
import { isLinkError } from './failure.ts';
import type { JobEnd } from './job-ends.ts';
import { jobId, percentOf } from './job-progress.ts';
import { jobState, nextStep } from './job-verbs.ts';
import { mergeJobs } from './merge-jobs.ts';
import { told } from './print-reply.ts';
import type { Outcome } from './session.ts';
import { untilAborted } from './until-aborted.ts';

type Row = Readonly<Record<string, unknown>>;

/** What is waited for. */
export interface JobWait {
  readonly id: string;
  readonly goal: 'ready' | 'done';
  readonly timeoutMs?: number;
}

/** A job that did not come to what was waited for. */
export class WaitError extends Error {
  override readonly name = 'WaitError';
}

/** Events tell at once; this is for those that are never sent or got lost. */
const pollMs = 1000;
const deadlineMs = 5000;

/**
 * Waits until a job has come so far.
 * @throws WaitError when it failed, was cancelled, does not exist or takes too long; LinkError when the link is lost
 */
export async function waitForJob(wait: JobWait, console: Console): Promise<Outcome> {
  const { link, signal } = console;
  const alarm = createAlarm(link, wait.id);
  const startedAt = performance.now();
  let last: Row | undefined;
  let said = '';
  try {
    while (!signal.aborted) {
      alarm.set();
      const asked = await untilAborted(askForJob(link, wait.id, last), signal);
      if (asked === undefined) break;
      const over = verdict(wait, { row: asked.row, last, end: console.jobEnds.of(wait.id) });
      if (over !== undefined) return told(over);
      last = asked.row ?? last;
      const hint = asked.row === undefined ? '' : waitsForSomebody(asked.row);
      if (hint !== said && hint !== '') await console.report({ status: 'done', outputs: [{ kind: 'note', text: `job ${wait.id}: ${hint}` }] });
      said = hint;
      const leftMs = (wait.timeoutMs ?? Number.POSITIVE_INFINITY) - (performance.now() - startedAt);
      if (leftMs <= 0) throw new WaitError(`job '${wait.id}' is not ${wait.goal} after ${wait.timeoutMs! / 1000} s${describe(last)}`);
      await alarm.wait(Math.min(pollMs, leftMs), signal);
    }
    return { status: 'failed', outputs: [{ kind: 'note', text: `stopped waiting; job ${wait.id} goes on` }] };
  } finally {
    alarm.close();
  }
}

/** What ends the waiting well, in words; undefined while it goes on. @throws WaitError when it has ended badly */
function verdict({ id, goal }: JobWait, seen: { row: Row | undefined; last: Row | undefined; end: JobEnd | undefined }): string | undefined {
  const { row, last, end } = seen;
  const state = row === undefined ? undefined : jobState(row);
  if (state !== undefined && state !== 'concluded') {
    if (typeof row?.error === 'string') throw new WaitError(`job '${id}' failed: ${row.error}`);
    return goal === 'ready' && /^(ready|standby|pending)$/.test(state) ? `job ${id} is ${state}` : undefined;
  }
  if (state === undefined && end === undefined) {
    throw new WaitError(last === undefined ? `job '${id}' not found` : `job '${id}' is gone; how it ended was not seen`);
  }
  const error = row?.error ?? end?.error;
  if (typeof error === 'string' && !end?.isCancelled) throw new WaitError(`job '${id}' failed: ${error}`);
  if (end?.isCancelled) throw new WaitError(`job '${id}' was cancelled`);
  if (goal === 'ready') throw new WaitError(`job '${id}' was done without being ready before`);
  return `job ${id} is done`;
}

/** A far end that hangs keeps its jobs; what was seen last stands for the answer. */
async function askForJob(link: Link, id: string, last: Row | undefined): Promise<{ readonly row: Row | undefined }> {
  try {
    const rows = mergeJobs(await rowsOf(link, 'query-block-jobs'), await rowsOf(link, 'query-jobs'));
    return { row: rows.find((row) => jobId(row) === id) };
  } catch (error) {
    if (last !== undefined && isLinkError(error) && error.reason === 'deadline') return { row: last };
    throw error;
  }
}

async function rowsOf(link: Link, command: string): Promise<readonly Row[]> {
  try {
    return (await link.execute(command, undefined, { deadlineMs })) as readonly Row[];
  } catch (error) {
    if (error instanceof QapiError && error.class === 'CommandNotFound') return [];
    throw error;
  }
}

/** Rings when the far end says something about the job, also between being set and being waited for. */
function createAlarm(link: Link, id: string) {
  let isRung = false;
  let wake: () => void = () => undefined;
  const off = link.onEvent(({ data }) => {
    if (data.id !== id && data.device !== id) return;
    isRung = true;
    wake();
  });
  return {
    set: () => { isRung = false; },
    wait: async (milliseconds: number, signal: AbortSignal) => {
      if (isRung) return;
      const rung = new Promise<void>((resolve) => { wake = resolve; });
      const timer = setTimeout(() => wake(), milliseconds);
      await untilAborted(rung, signal);
      clearTimeout(timer);
    },
    close: off,
  };
}

/** Why a job does not go on by itself. */
function waitsForSomebody(row: Row): string {
  const isStopped = row['io-status'] === 'failed' || row['io-status'] === 'nospace';
  return isStopped || /^(created|paused|ready|standby|pending)$/.test(jobState(row)) ? nextStep(row) : '';
}

function describe(row: Row | undefined): string {
  if (row === undefined) return '';
  const percent = percentOf(Number(row.offset), Number(row.len));
  return ` (${jobState(row)}${percent === undefined ? '' : `, ${percent} %`})`;
}
