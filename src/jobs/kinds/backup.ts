import { QapiError } from '../../qapi/qapi-error.ts';
import type { BlockNode } from '../../block/node.ts';
import type { BlockJob } from '../block-job.ts';
import type { OnError } from '../error-policy.ts';
import type { JobKind, JobRequest } from '../job-kind.ts';
import type { JobTable } from '../job-table.ts';

/** What part of the source a backup copies. */
export type BackupSync = 'full' | 'top' | 'none' | 'incremental';

/** A point-in-time copy of `source` into `target`. */
export interface BackupRequest extends JobRequest {
  readonly source: BlockNode;
  /** An open, writable node of the source's length. */
  readonly target: BlockNode;
  readonly sync: BackupSync;
  readonly compress?: boolean;
  readonly onSourceError?: OnError;
  readonly onTargetError?: OnError;
  /** The job owns the caller's reference to the target and drops it at its end (drive-backup). */
  readonly releaseTarget?: boolean;
}

/** Starts a backup; what the source holds when this resolves is what the target will hold. @throws QapiError */
export async function startBackup(_jobs: JobTable, _request: BackupRequest): Promise<BlockJob> {
  throw new QapiError('not built');
}

export default { type: 'backup', start: startBackup } satisfies JobKind<BackupRequest>;
