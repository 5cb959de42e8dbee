import type { BlockJob } from './block-job.ts';
import type { OnError } from './error-policy.ts';
import { SideError } from './side-error.ts';

/** What the user wants done about errors at the two ends of a copy; absent: reported. */
export interface ErrorPolicies {
  readonly read?: OnError | undefined;
  readonly write?: OnError | undefined;
}

/** Milliseconds before something that failed is tried again. */
const RETRY = 100;

/** Resolves when what failed is to be tried again. @throws the error when the user's policy reports it, and whatever is no error of a copy */
export async function forgive(job: BlockJob, error: unknown, policies: ErrorPolicies): Promise<void> {
  if (!(error instanceof SideError)) throw error;
  const action = job.handleError(error.cause, error.side, policies[error.side] ?? 'report');
  if (action === 'report') throw error.cause;
  if (action === 'ignore') await job.nap(RETRY);
}
