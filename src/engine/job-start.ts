import type { BlockNode } from '../block/node.ts';
import { QapiError } from '../qapi/qapi-error.ts';
import type { Int } from '../qapi/schema.ts';
import type { Engine } from './engine.ts';

export interface JobStart {
  /** The device or node that the job works on. */
  readonly device: string;
  readonly 'job-id'?: string | undefined;
  readonly speed?: Int | undefined;
}

/** The root node to work on, and the id that the job will have: that of the drive unless another is given. @throws QapiError */
export function jobRoot({ device, 'job-id': jobId }: JobStart, { graph, machine }: Engine): { node: BlockNode; id: string } {
  const node = graph.findRoot(device);
  const drive = machine.drives.all().find(({ backend }) => backend.root === node);
  return { node, id: jobId ?? drive?.backend.name ?? '' };
}

/**
 * Refuses what starting the job would refuse, before anything is created for it.
 * QEMU finds out later and leaves an empty target file behind.
 */
export function checkJobStart({ speed }: JobStart, id: string, { jobs }: Engine): void {
  if (!/^[A-Za-z][-A-Za-z0-9._]*$/.test(id)) throw new QapiError(`Invalid job ID '${id}'`);
  if (jobs.find(id)) throw new QapiError(`Job ID '${id}' already in use`);
  if (speed !== undefined && speed < 0) throw new QapiError("Parameter 'speed' expects a non-negative value");
}
