import { QapiError } from '../../qapi/qapi-error.ts';
import type { BlockState, ImageNode } from './block-state.ts';

interface JobArguments {
  readonly 'job-id'?: string | undefined;
  readonly speed?: number | bigint | undefined;
}

/** The state with a job on `node`, named after its device unless it is given an id. @throws QapiError when it cannot be started like this */
export function withJob(state: BlockState, args: JobArguments, { node, type }: { node: ImageNode; type: string }): BlockState {
  const id = args['job-id'] ?? state.devices.find(({ root }) => root === node.name)?.name ?? '';
  if (!/^[A-Za-z][-A-Za-z0-9._]*$/.test(id)) throw new QapiError(`Invalid job ID '${id}'`);
  if (state.jobs.some((job) => job.id === id)) throw new QapiError(`Job ID '${id}' already in use`);
  if (args.speed !== undefined && args.speed < 0) throw new QapiError("Parameter 'speed' expects a non-negative value");
  return { ...state, jobs: [...state.jobs, { id, type, nodes: [node.name] }] };
}
