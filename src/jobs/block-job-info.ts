import type { IoStatus } from './error-policy.ts';
import type { JobState } from './job-states.ts';

/** The block job types that qmon runs. */
export type BlockJobType = 'commit' | 'stream' | 'mirror' | 'backup' | 'create' | 'snapshot-load' | 'snapshot-save' | 'snapshot-delete';

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

/** Tells listeners of an event by its wire name. */
export type EmitJobEvent = (name: string, data: Readonly<Record<string, unknown>>) => void;

/** What the events about a job's progress carry. */
export function progressData(job: { type: string; id: string; len: number; offset: number; speed: number }): Record<string, unknown> {
  return { device: job.id, len: job.len, offset: job.offset, speed: job.speed, type: job.type };
}
