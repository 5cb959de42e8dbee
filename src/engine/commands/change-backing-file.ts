import { IoError } from '../../block/io-error.ts';
import type { BlockNode } from '../../block/node.ts';
import { rewriteBackingFile, whileWritable } from '../../block/rewrite-backing-file.ts';
import { QapiError } from '../../qapi/qapi-error.ts';
import { described, naming, str } from '../../qapi/schema.ts';
import { defineCommand } from '../define-command.ts';
import { findTopNode } from '../find-top-node.ts';

export default defineCommand({
  name: 'change-backing-file',
  doc: 'rewrite the backing file name in an image; nothing is reopened',
  since: '2.1',
  data: {
    device: described(naming('device-or-node'), 'device or root node whose chain has the image'),
    'image-node-name': described(naming('node'), 'node of the image to change'),
    'backing-file': described(str, 'the text to write; it is not checked'),
  },
  run: async ({ device, 'image-node-name': name, 'backing-file': backingFile }, engine) => {
    const top = findTopNode(device, engine);
    const node = engine.graph.lookUp(undefined, name);
    if (node.backing === undefined && node.filtered === undefined) throw new QapiError('not allowing backing file change on an image without a backing file');
    top.checkNotBlocked('change');
    if (!isBelow(top, node)) throw new QapiError(`'${device}' and image file are not in the same chain`);
    await whileWritable(node, () => changeBackingFile(node, backingFile));
  },
});

/** Whether a chain has the node, filters and all. */
function isBelow(top: BlockNode, node: BlockNode): boolean {
  for (let at: BlockNode | undefined = top; at !== undefined; at = at.filtered ?? at.backing) if (at === node) return true;
  return false;
}

/** The format that is written is the image's own, as QEMU has it. */
async function changeBackingFile(node: BlockNode, filename: string): Promise<void> {
  try {
    await rewriteBackingFile(node, filename === '' ? undefined : { filename, format: node.driver.name });
  } catch (error) {
    if (!(error instanceof IoError)) throw error;
    throw new QapiError(`Could not change backing file to '${filename}': ${error.message}`, { cause: error });
  }
}
