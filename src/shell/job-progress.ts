import { jobActions, jobState, nextStep } from './job-verbs.ts';
import type { JobVerb } from './job-verbs.ts';

type Row = Readonly<Record<string, unknown>>;

/** One running job, ready to be shown. Bytes are what the job counts in `offset` and `len`. */
export interface JobProgress {
  readonly id: string;
  readonly type: string;
  /** created, running, paused, ready, standby, waiting, pending, aborting, concluded. */
  readonly state: string;
  readonly done: number;
  readonly total: number;
  /** 0 to 100, never 100 before all is done; absent while the total is unknown (0 of 0). */
  readonly percent?: number;
  /** Bytes per second, smoothed; absent until two readings are there. */
  readonly rate?: number;
  /** Seconds to go; absent when not moving, paused, or nothing is left. */
  readonly etaSeconds?: number;
  /** The limit in bytes per second; 0 is none. */
  readonly speed: number;
  readonly ioStatus?: string;
  readonly error?: string;
  readonly verbs: readonly JobVerb[];
  /** What to do next, in words: 'ready: complete to switch over, cancel to keep the source'. */
  readonly hint: string;
}

interface Meter {
  readonly done: number;
  readonly rate?: number;
}

/** All that is remembered between two readings of the jobs; start with `noJobs`. */
export interface JobRates {
  readonly atMs: number;
  readonly meters: ReadonlyMap<string, Meter>;
  readonly jobs: readonly JobProgress[];
}

export const noJobs: JobRates = { atMs: Number.NaN, meters: new Map(), jobs: [] };

/** The time over which a change of rate is forgotten to a third. */
const smoothingSeconds = 3;

/** Takes one reading of the job rows (query-block-jobs, merged with query-jobs) and returns their progress. */
export function addJobReading(previous: JobRates, reading: { jobs: readonly Row[]; atMs: number }): JobRates {
  const { atMs } = reading;
  if (atMs <= previous.atMs) return previous;
  const seconds = (atMs - previous.atMs) / 1000;
  const meters = new Map<string, Meter>();
  const jobs = reading.jobs.map((row) => {
    const id = jobId(row);
    const meter = turn(previous.meters.get(id), count(row.offset ?? row['current-progress']), seconds);
    meters.set(id, meter);
    return describe(row, meter);
  });
  return { atMs, meters, jobs };
}

/** The id of a job row: `device` in query-block-jobs, `id` in query-jobs. */
export function jobId(row: Row): string {
  const id = row.device ?? row.id;
  return typeof id === 'string' ? id : '';
}

/** Percent of a job row, floored so that 100 means all; undefined for 0 of 0. */
export function percentOf(done: number, total: number): number | undefined {
  if (!(total > 0)) return undefined;
  if (done >= total) return 100;
  return Math.max(0, Math.floor((done / total) * 1000) / 10);
}

/** '45 s', '12 min 05 s', '3 h 07 min', '2 d 4 h'. */
export function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.ceil(seconds));
  const two = (value: number) => String(value).padStart(2, '0');
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${two(whole % 60)} s`;
  if (whole < 86_400) return `${Math.floor(whole / 3600)} h ${two(Math.floor((whole % 3600) / 60))} min`;
  return `${Math.floor(whole / 86_400)} d ${Math.floor((whole % 86_400) / 3600)} h`;
}

function turn(before: Meter | undefined, done: number, seconds: number): Meter {
  if (before === undefined || done < before.done) return { done };
  const now = (done - before.done) / seconds;
  const weight = 1 - Math.exp(-seconds / smoothingSeconds);
  return { done, rate: before.rate === undefined ? now : before.rate + (now - before.rate) * weight };
}

function describe(row: Row, { done, rate }: Meter): JobProgress {
  const total = count(row.len ?? row['total-progress']);
  const state = jobState(row);
  const speed = count(row.speed);
  const percent = percentOf(done, total);
  const text = (key: string) => (typeof row[key] === 'string' ? row[key] : undefined);
  const optional = { percent, rate, etaSeconds: eta({ left: total - done, rate, state }), ioStatus: text('io-status'), error: text('error') };
  const present = Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined));
  return { id: jobId(row), type: text('type') ?? '', state, done, total, speed, verbs: jobActions(row), hint: nextStep(row), ...present };
}

function eta(job: { left: number; rate: number | undefined; state: string }): number | undefined {
  const { left, rate, state } = job;
  const moves = state === 'running' && rate !== undefined && rate >= 1;
  return moves && left > 0 ? left / rate : undefined;
}

function count(value: unknown): number {
  return typeof value === 'number' || typeof value === 'bigint' ? Number(value) : 0;
}
