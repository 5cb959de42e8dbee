import { QapiError } from '../../../qapi/qapi-error.ts';
import type { BlockdevSnapshot } from '../../../qapi/types/blockdev-snapshot.ts';
import { belowOf, checkFree, findRoot, withNodes, withUsersMoved } from '../block-state.ts';
import type { RehearsedCommand } from '../plan.ts';

export default {
  name: 'blockdev-snapshot',
  plan: async (args: BlockdevSnapshot, { state }) => {
    const node = findRoot(state, args.node);
    checkFree(state, node);
    const overlay = findRoot(state, args.overlay);
    if (state.devices.some(({ root }) => root === overlay.name)) throw new QapiError('The overlay is already in use');
    if (belowOf(state, overlay) !== undefined) throw new QapiError('The overlay already has a backing image');
    if (overlay.driver === 'raw' || overlay.driver === 'file') throw new QapiError('The overlay does not support backing images');
    const moved = withUsersMoved(withNodes(state, { ...node, readOnly: true }), node.name, overlay.name);
    return { after: withNodes(moved, { ...overlay, below: node.name }), touches: [node.name, overlay.name] };
  },
} satisfies RehearsedCommand<BlockdevSnapshot>;
