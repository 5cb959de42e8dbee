import { bool, described, list } from '../../qapi/schema.ts';
import { blockDeviceInfo as blockDeviceInfoType } from '../../qapi/types/block-device-info.ts';
import { blockDeviceInfo } from '../block-device-info.ts';
import { defineCommand } from '../define-command.ts';

export default defineCommand({
  name: 'query-named-block-nodes',
  doc: 'every node of the block graph',
  since: '2.0',
  data: { '*flat': described(bool, 'leave out the chain of backing images') },
  returns: list(blockDeviceInfoType),
  /** The newest first, as QEMU lists them. */
  run: async ({ flat }, { graph }) => {
    const nodes = await Promise.all(graph.nodes().reverse().map((node) => blockDeviceInfo(node)));
    return flat ? nodes.map((node) => ({ ...node, image: { ...node.image, 'backing-image': undefined } })) : nodes;
  },
});
