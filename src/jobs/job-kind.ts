import type { BlockGraph } from '../block/graph.ts';
import type { BlockJob } from './block-job.ts';
import type { BlockJobType } from './block-job-info.ts';
import type { JobGroup } from './job-group.ts';
import type { JobTable } from './job-table.ts';

/** What every request for a job carries. */
export interface JobRequest {
  /** The job's id; QEMU's default is the device's name. */
  readonly id: string;
  /** Bytes per second; 0 or absent is unlimited. */
  readonly speed?: number;
  readonly autoFinalize?: boolean;
  readonly autoDismiss?: boolean;
  /** The jobs with which it succeeds or fails. */
  readonly group?: JobGroup;
  /** Takes back the nodes that the job lets go of. */
  readonly graph: Pick<BlockGraph, 'makeName' | 'release'>;
}

/** A job whose result is as of now, but which has not begun; exactly one of the two ends this. */
export interface PreparedJob {
  start(): BlockJob;
  abandon(): Promise<void>;
}

/** One kind of job: the default export of its file in `kinds/`. */
export interface JobKind<Request extends Pick<JobRequest, 'id'>> {
  readonly type: BlockJobType;
  /** Resolves when the job is running; from then on its result is as of this moment, where the kind promises that. */
  readonly start: (jobs: JobTable, request: Request) => Promise<BlockJob>;
}
