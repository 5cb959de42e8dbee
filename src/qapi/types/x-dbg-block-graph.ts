import { described, enumeration, int, list, str, struct } from '../schema.ts';
import type { Infer } from '../schema.ts';

const nodeType = enumeration('XDbgBlockGraphNodeType', ['block-backend', 'block-job', 'block-driver']);

export const blockPermission = enumeration('BlockPermission', ['consistent-read', 'write', 'write-unchanged', 'resize']);

const graphNode = struct('XDbgBlockGraphNode', {
  id: described(int, 'what edges call it; good for this one reply'),
  type: nodeType,
  name: described(str, 'name of the node or drive, id of the job; empty for what has none'),
});

const graphEdge = struct('XDbgBlockGraphEdge', {
  parent: described(int, 'who uses the child'),
  child: int,
  name: described(str, 'what the child is to the parent'),
  perm: described(list(blockPermission), 'what the parent may do'),
  'shared-perm': described(list(blockPermission), 'what others may do meanwhile'),
});

/** Reply of `x-debug-query-block-graph`. */
export const xDbgBlockGraph = struct('XDbgBlockGraph', { nodes: list(graphNode), edges: list(graphEdge) });

export type XDbgBlockGraph = Infer<typeof xDbgBlockGraph>;
