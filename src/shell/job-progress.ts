import { isLosing, secondsLeft, turnMeter } from './job-meter.ts';
import type { JobMeter } from './job-meter.ts';
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
  /** Bytes per second that others add to the work: what the guest writes where a mirror has been already. */
  readonly growth?: number;
  /** The work grows as fast as it is done: it will not end like this. */
  readonly isLosing?: boolean;
  /** Seconds to go; absent when not moving, paused, losing, or nothing is left. */
  readonly etaSeconds?: number;
  /** The limit in bytes per second; 0 is none. */
  readonly speed: number;
  /** A job of the block layer, which `block-job-*` commands steer too. */
  readonly isBlockJob: boolean;
  readonly ioStatus?: string;
  readonly error?: string;
  readonly verbs: readonly JobVerb[];
  /** What to do next, in words: 'ready: complete to switch over, cancel to keep the source'. */
  readonly hint: string;
}

/** All that is remembered between two readings of the jobs; start with `noJobs`. */
export interface JobRates {
  readonly atMs: number;
  readonly meters: ReadonlyMap<string, JobMeter>;
  readonly jobs: readonly JobProgress[];
}

/** States in which a job works. */
const moving = new Set(['running', 'ready']);

export const noJobs: JobRates = { atMs: Number.NaN, meters: new Map(), jobs: [] };

/** Takes one reading of the job rows (query-block-jobs, merged with query-jobs) and returns their progress. */
export function addJobReading(previous: JobRates, reading: { jobs: readonly Row[]; atMs: number }): JobRates {
  const { atMs } = reading;
  if (atMs === previous.atMs) return previous;
  // A replay that jumps back begins anew.
  if (atMs < previous.atMs) return addJobReading(noJobs, reading);
  const seconds = (atMs - previous.atMs) / 1000;
  const meters = new Map<string, JobMeter>();
  const jobs = reading.jobs.map((row) => {
    const id = jobId(row);
    const now = { done: count(row.offset ?? row['current-progress']), total: count(row.len ?? row['total-progress']) };
    const isMoving = moving.has(jobState(row));
    const meter = turnMeter(previous.meters.get(id), { ...now, atMs, isMoving }, seconds);
    meters.set(id, meter);
    return describe(row, meter, atMs);
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

function describe(row: Row, meter: JobMeter, atMs: number): JobProgress {
  const { done, total, rate, growth } = meter;
  const state = jobState(row);
  const text = (key: string) => (typeof row[key] === 'string' ? row[key] : undefined);
  const optional = {
    percent: percentOf(done, total), rate, growth, etaSeconds: state === 'running' ? secondsLeft(meter) : undefined,
    ioStatus: text('io-status'), error: text('error'), isLosing: moving.has(state) && isLosing(meter, { atMs, isReady: state === 'ready' }) ? true : undefined,
  };
  const present = Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined));
  return {
    id: jobId(row), type: text('type') ?? '', state, done, total, speed: count(row.speed), isBlockJob: row.speed !== undefined,
    verbs: jobActions(row), hint: nextStep(row), ...present,
  };
}

function count(value: unknown): number {
  return typeof value === 'number' || typeof value === 'bigint' ? Number(value) : 0;
}
