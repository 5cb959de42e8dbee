import type { BlockJob } from '../block-job.ts';
import type { JobKind, JobRequest } from '../job-kind.ts';
import type { JobTable } from '../job-table.ts';

/** Makes an image. */
export interface CreateRequest extends Pick<JobRequest, 'id'> {
  /** All the work, which cannot be paused. */
  readonly create: () => Promise<void>;
}

/** Starts making an image; the job stays until it is dismissed, so that its end can be seen. @throws QapiError */
export async function startCreate(jobs: JobTable, { id, create }: CreateRequest): Promise<BlockJob> {
  const job = jobs.create({ id, type: 'create', autoDismiss: false });
  job.len = 1;
  job.start({
    run: async () => {
      try {
        await create();
      } finally {
        job.offset = 1;
      }
    },
    clean: async () => undefined,
  });
  return job;
}

export default { type: 'create', start: startCreate } satisfies JobKind<CreateRequest>;
