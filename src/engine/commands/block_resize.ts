import { resizeNode } from '../../block/resize-node.ts';
import { QapiError } from '../../qapi/qapi-error.ts';
import { described, int, naming } from '../../qapi/schema.ts';
import { defineCommand } from '../define-command.ts';

/** QEMU says `Device '(null)' is in use` of a node that is named by its node name; here it is named. */
export default defineCommand({
  name: 'block_resize',
  doc: 'change the size of an image while the guest runs',
  since: '0.14',
  data: {
    '*device': described(naming('device'), 'device (or say node-name)'),
    '*node-name': naming('node'),
    size: described(int, 'new size in bytes, a multiple of 512'),
  },
  run: async ({ device, 'node-name': nodeName, size }, { graph }) => {
    const node = graph.lookUp(device, nodeName);
    if (size < 0) throw new QapiError("Parameter 'size' expects a >0 size");
    if (node.isBlocked('resize')) throw new QapiError(`Device '${device ?? nodeName}' is in use`);
    await resizeNode(node, size);
  },
});
