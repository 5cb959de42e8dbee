import type { QmpEvent } from '../qmp/link.ts';
import type { JobProgress } from './job-progress.ts';

/** How a job ended. */
export interface FinishedJob {
  /** What tells it from another one of the same name. */
  readonly key: string;
  readonly id: string;
  readonly type: string;
  readonly result: 'completed' | 'cancelled' | 'failed';
  readonly error?: string;
  readonly done: number;
  readonly total: number;
  readonly speed: number;
}

/** What jobs have gone through, as their events tell; start with `noJobHistory`. */
export interface JobHistory {
  /** The states that a job has been in, by its id, in order. */
  readonly passed: ReadonlyMap<string, readonly string[]>;
  /** The jobs that are over, oldest first. */
  readonly finished: readonly FinishedJob[];
  /** Jobs that were seen waiting to be dismissed. */
  readonly concluded: ReadonlySet<string>;
  readonly count: number;
  /** Jobs as they were read last, for what no event tells. */
  readonly last: ReadonlyMap<string, JobProgress>;
}

export const noJobHistory: JobHistory = { passed: new Map(), finished: [], concluded: new Set(), count: 0, last: new Map() };

/** Results beyond these are forgotten, the oldest first. */
const mostKept = 200;

/** Takes one event; those of other things change nothing. */
export function addJobEvent(history: JobHistory, { event, data }: QmpEvent): JobHistory {
  switch (event) {
    case 'JOB_STATUS_CHANGE': return changeStatus(history, text(data.id), text(data.status));
    case 'BLOCK_JOB_COMPLETED': return finish(history, data, data.error === undefined ? 'completed' : 'failed');
    case 'BLOCK_JOB_CANCELLED': return finish(history, data, 'cancelled');
    default: return history;
  }
}

/** Takes the jobs of one reading. */
export function addSeenJobs(history: JobHistory, jobs: readonly JobProgress[]): JobHistory {
  const concluded = jobs.filter(({ state }) => state === 'concluded').map(({ id }) => id);
  return { ...history, last: new Map(jobs.map((job) => [job.id, job])), concluded: new Set(concluded) };
}

/** Forgets a result. */
export function forgetFinished(history: JobHistory, key: string): JobHistory {
  return { ...history, finished: history.finished.filter((job) => job.key !== key) };
}

function changeStatus(history: JobHistory, id: string, status: string): JobHistory {
  if (status === 'null') return leave(history, id);
  const before = status === 'created' ? [] : history.passed.get(id) ?? [];
  if (before.at(-1) === status) return history;
  const passed = new Map(history.passed).set(id, [...before, status]);
  return { ...history, passed };
}

/** A job is gone. What somebody dismissed is not kept; what went by itself and told nothing else has a result all the same. */
function leave(history: JobHistory, id: string): JobHistory {
  const states = history.passed.get(id) ?? [];
  const passed = new Map(history.passed);
  passed.delete(id);
  const rest = { ...history, passed };
  if (history.concluded.has(id)) return { ...rest, finished: history.finished.filter((job) => job.id !== id) };
  const job = history.last.get(id);
  if (job === undefined || job.isBlockJob) return rest;
  const { type, done, total, speed } = job;
  const result = states.includes('aborting') ? 'failed' : 'completed';
  return keep(rest, { id, type, done: result === 'completed' ? total : done, total, speed, result, ...(job.error !== undefined && { error: job.error }) });
}

function finish(history: JobHistory, data: QmpEvent['data'], result: FinishedJob['result']): JobHistory {
  return keep(history, {
    id: text(data.device), type: text(data.type), result, done: Number(data.offset ?? 0), total: Number(data.len ?? 0), speed: Number(data.speed ?? 0),
    ...(typeof data.error === 'string' && { error: data.error }),
  });
}

function keep(history: JobHistory, job: Omit<FinishedJob, 'key'>): JobHistory {
  const count = history.count + 1;
  return { ...history, count, finished: [...history.finished, { ...job, key: `${job.id}#${count}` }].slice(-mostKept) };
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
