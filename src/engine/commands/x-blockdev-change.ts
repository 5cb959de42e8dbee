import type { BlockNode } from '../../block/node.ts';
import { QapiError } from '../../qapi/qapi-error.ts';
import { described, naming, str } from '../../qapi/schema.ts';
import { defineCommand } from '../define-command.ts';

export default defineCommand({
  name: 'x-blockdev-change',
  doc: 'adds a child to a node of the graph or takes one away (quorum)',
  since: '2.7',
  data: {
    parent: described(naming('device-or-node'), 'device or node to change'),
    '*child': described(str, 'name of the child to take away'),
    '*node': described(naming('node'), 'node to add as a child'),
  },
  run: async ({ parent: name, child, node }, { graph }) => {
    const parent = graph.findRoot(name);
    if (child !== undefined && node !== undefined) throw new QapiError('The parameters child and node are in conflict');
    if (child !== undefined) return remove(parent, child);
    if (node === undefined) throw new QapiError('Either child or node must be specified');
    const added = graph.find(node);
    if (added === undefined) throw new QapiError(`Node '${node}' not found`);
    parent.addChild(added);
  },
});

async function remove(parent: BlockNode, child: string): Promise<void> {
  if (!parent.children.has(child)) throw new QapiError(`Node '${parent.name}' does not have child '${child}'`);
  await parent.removeChild(child);
}
