import { QapiError } from '../../../qapi/qapi-error.ts';
import type { BlockdevSnapshotSync } from '../../../qapi/types/blockdev-snapshot.ts';
import { checkFree, lookUp, withNodes, withUsersMoved } from '../block-state.ts';
import type { BlockState } from '../block-state.ts';
import { checkNewName } from '../new-node.ts';
import type { RehearsedCommand } from '../plan.ts';
import { planTarget } from '../target-image.ts';

export default {
  name: 'blockdev-snapshot-sync',
  plan: async (args: BlockdevSnapshotSync, context) => {
    const { state } = context;
    const node = lookUp(state, args.device, args['node-name']);
    checkFree(state, node);
    checkNames(state, args);
    const { 'snapshot-file': filename, format = 'qcow2', mode, 'snapshot-node-name': nodeName } = args;
    const planned = await planTarget({ filename, format, mode, nodeName, source: node, backing: node }, context);
    const overlay = { ...planned.node, readOnly: node.readOnly, below: node.name };
    const moved = withUsersMoved(withNodes(planned.state, { ...node, readOnly: true }), node.name, overlay.name);
    return { after: withNodes(moved, overlay), touches: [node.name], images: planned.created, notes: planned.notes };
  },
} satisfies RehearsedCommand<BlockdevSnapshotSync>;

function checkNames(state: BlockState, args: BlockdevSnapshotSync): void {
  const { 'node-name': named, 'snapshot-node-name': name } = args;
  if (named !== undefined && name === undefined) throw new QapiError('New overlay node-name missing');
  if (name === undefined) return;
  if (state.nodes.has(name) || state.devices.some((device) => device.name === name && device.root !== undefined)) {
    throw new QapiError('New overlay node-name already in use');
  }
  checkNewName(state, name);
}
