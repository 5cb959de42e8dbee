import type { BlockGraph } from '../block/graph.ts';
import type { BlockNode } from '../block/node.ts';
import { PERMISSIONS } from '../block/permissions.ts';
import type { Claim, Permission } from '../block/permissions.ts';
import type { XDbgBlockGraph } from '../qapi/types/x-dbg-block-graph.ts';

type GraphNode = XDbgBlockGraph['nodes'][number] & { readonly id: number };

/** Everything that holds a node, and the nodes themselves, with what each may do with what it holds. */
export function blockGraphReply(graph: BlockGraph): XDbgBlockGraph {
  const known = new Map<object, GraphNode>();
  const enter = (part: object, type: GraphNode['type'], name: string): number => {
    const entered = known.get(part) ?? { id: known.size + 1, type, name };
    known.set(part, entered);
    return entered.id;
  };
  const edges = graph.nodes().flatMap((node) => {
    const child = enter(node, 'block-driver', node.name);
    return [...node.claims].map(([parent, claim]) => ({
      parent: enterParent(enter, parent, claim), child, name: claim.role, perm: wireNames(claim.needs), 'shared-perm': wireNames(claim.shares),
    }));
  });
  return { nodes: [...known.values()], edges };
}

/** Whoever is neither a node nor a job uses nodes through a backend, which has a name if it is a drive. */
function enterParent(enter: (part: object, type: GraphNode['type'], name: string) => number, parent: object, { user }: Claim): number {
  if (isNode(parent)) return enter(parent, 'block-driver', parent.name);
  const job = /^block job '(.*)'$/.exec(user)?.[1];
  if (job !== undefined) return enter(parent, 'block-job', job);
  return enter(parent, 'block-backend', /^block device '(.*)'$/.exec(user)?.[1] ?? '');
}

function isNode(parent: object): parent is BlockNode {
  return 'driver' in parent && 'children' in parent;
}

function wireNames(permissions: readonly Permission[]): XDbgBlockGraph['edges'][number]['perm'] {
  return PERMISSIONS.filter((permission) => permissions.includes(permission))
    .map((permission) => permission.replaceAll(' ', '-') as XDbgBlockGraph['edges'][number]['perm'][number]);
}
