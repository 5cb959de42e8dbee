import { deviceInfo } from '../../block/device-info.ts';
import { bool, described, list } from '../../qapi/schema.ts';
import { blockDeviceInfo } from '../../qapi/types/block-device-info.ts';
import { defineCommand } from '../define-command.ts';

export default defineCommand({
  name: 'query-named-block-nodes',
  doc: 'every node of the block graph',
  since: '2.0',
  data: { '*flat': described(bool, 'leave out the chain of backing images') },
  returns: list(blockDeviceInfo),
  /** The newest first, as QEMU lists them. */
  run: ({ flat }, { graph }) => Promise.all(graph.nodes().reverse().map((node) => deviceInfo(node, { flat }))),
});
