import { blockExportOptions } from '../../qapi/types/block-export.ts';
import { defineCommand } from '../define-command.ts';
import { exportNode } from '../export-node.ts';

export default defineCommand({
  name: 'block-export-add',
  doc: 'exports a node, which stays in use until block-export-del',
  since: '5.2',
  data: blockExportOptions,
  run: (args, engine) => {
    engine.exports.checkNewId(args.id);
    const nodeName = args['node-name'];
    const node = engine.graph.lookUp(undefined, nodeName);
    const { id, name = nodeName, description, bitmaps, iothread, writable = false, writethrough } = args;
    exportNode({
      id, name, node, description, bitmaps, iothread, isWritable: writable, isWriteThrough: writethrough, showsDepth: args['allocation-depth'],
    }, engine);
  },
});
