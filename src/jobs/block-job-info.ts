import type { IoStatus } from './error-policy.ts';
import type { JobState } from './job-states.ts';

/** The job types that qmon runs. */
export type BlockJobType = 'commit' | 'stream' | 'mirror' | 'backup' | 'create';

/** One row of query-block-jobs; bytes. */
export interface BlockJobInfo {
  readonly type: BlockJobType;
  readonly device: string;
  readonly len: number;
  readonly offset: number;
  readonly busy: boolean;
  readonly paused: boolean;
  readonly speed: number;
  readonly 'io-status': IoStatus;
  readonly ready: boolean;
  readonly status: JobState;
  readonly 'auto-finalize': boolean;
  readonly 'auto-dismiss': boolean;
  readonly error?: string;
}

/** One row of query-jobs. */
export interface JobSummary {
  readonly id: string;
  readonly type: BlockJobType;
  readonly status: JobState;
  readonly 'current-progress': number;
  readonly 'total-progress': number;
  readonly error?: string;
}

/** Tells listeners of an event by its wire name. */
export type EmitJobEvent = (name: string, data: Readonly<Record<string, unknown>>) => void;

/** What the events about a job's progress carry. */
export function progressData(job: { type: string; id: string; len: number; offset: number; speed: number }): Record<string, unknown> {
  return { device: job.id, len: job.len, offset: job.offset, speed: job.speed, type: job.type };
}
