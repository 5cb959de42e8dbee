import { BlockNode } from '../block/node.ts';
import { BlockJob } from '../jobs/block-job.ts';
import { QapiError } from '../qapi/qapi-error.ts';
import type { Engine } from './engine.ts';

/** The node that a device or node name means, which must be on top of its tree; a job stands above it. @throws QapiError in QEMU's words */
export function findTopNode(deviceOrNode: string, { graph }: Engine): BlockNode {
  const node = graph.findRoot(deviceOrNode);
  const isBelow = [...node.parents].some((parent) => parent instanceof BlockNode || parent instanceof BlockJob);
  if (isBelow) throw new QapiError('Need a root block node');
  return node;
}
