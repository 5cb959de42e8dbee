import { QapiError } from '../../qapi/qapi-error.ts';
import type { BlockNode } from '../../block/node.ts';
import type { BlockJob } from '../block-job.ts';
import type { OnError } from '../error-policy.ts';
import type { JobKind, JobRequest } from '../job-kind.ts';
import type { JobTable } from '../job-table.ts';

/** Copies what lies in the backing chain of `node` above `base` into `node`. */
export interface StreamRequest extends JobRequest {
  readonly node: BlockNode;
  /** A node of the backing chain that stays; absent: nothing stays. */
  readonly base?: BlockNode;
  /** What to write into the image as its backing file; absent: the base's own name. */
  readonly backingFile?: string;
  readonly onError?: OnError;
}

/** Starts streaming; when it completes, `base` is the node's backing image. @throws QapiError */
export async function startStream(_jobs: JobTable, _request: StreamRequest): Promise<BlockJob> {
  throw new QapiError('not built');
}

export default { type: 'stream', start: startStream } satisfies JobKind<StreamRequest>;
