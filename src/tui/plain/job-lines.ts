import { formatDuration } from '../../shell/job-progress.ts';
import type { JobProgress } from '../../shell/job-progress.ts';
import { formatByteRate } from '../text/format-quantity.ts';
import { printableLine } from '../text/printable.ts';

/** What was said of each job, and when. */
export type ToldJobs = ReadonlyMap<string, { readonly atMs: number; readonly state: string; readonly done: number }>;

/** A job that goes on is mentioned this often. */
export const progressIntervalMs = 10_000;

/** States in which a job waits for somebody, so that it says what it waits for. */
const waiting = new Set(['paused', 'ready', 'standby', 'pending', 'concluded']);

/**
 * What is to be said of the jobs now: that one waits for somebody, at once; how far it has come, every ten seconds;
 * that one has ended without an event that told so.
 */
export function jobLines(told: ToldJobs, jobs: readonly JobProgress[], nowMs: number): { told: ToldJobs; lines: string[] } {
  const lines: string[] = [];
  const next = new Map<string, { atMs: number; state: string; done: number }>();
  for (const job of jobs) {
    const before = told.get(job.id) ?? { atMs: nowMs, state: '', done: job.done };
    const turned = job.state !== before.state && waiting.has(job.state);
    const moved = nowMs - before.atMs >= progressIntervalMs && job.done !== before.done;
    if (turned) lines.push(`job ${printableLine(job.id)}: ${printableLine(job.hint)}`);
    else if (moved) lines.push(`job ${printableLine(job.id)}: ${progressText(job)}`);
    next.set(job.id, turned || moved ? { atMs: nowMs, state: job.state, done: job.done } : { ...before, state: job.state });
  }
  for (const id of told.keys()) if (!next.has(id)) lines.push(`job ${printableLine(id)}: gone`);
  return { told: next, lines };
}

/** The jobs without one whose end an event has told. */
export function withoutJob(told: ToldJobs, id: unknown): ToldJobs {
  return new Map([...told].filter(([name]) => name !== id));
}

function progressText({ type, percent, rate, etaSeconds, state }: JobProgress): string {
  const parts = [
    `${printableLine(type)}${percent === undefined ? '' : ` ${percent} %`}`,
    ...(rate === undefined ? [] : [formatByteRate(rate)]),
    ...(etaSeconds === undefined ? [] : [`${formatDuration(etaSeconds)} left`]),
    state,
  ];
  return parts.join(', ');
}
