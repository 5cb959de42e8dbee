import { bool, described, naming, str } from '../../qapi/schema.ts';
import { defineCommand } from '../define-command.ts';
import { exportNode } from '../export-node.ts';

/** What cannot be written to is exported for reading. The export of a device goes with its medium. */
export default defineCommand({
  name: 'nbd-server-add',
  doc: 'exports a device over NBD',
  since: '1.3',
  data: {
    '*name': described(str, 'export name; the device name by default'),
    '*description': described(str, 'free text for clients'),
    device: described(naming('device-or-node'), 'device or node to export'),
    '*writable': described(bool, 'clients may write'),
    '*bitmap': described(naming('bitmap'), 'dirty bitmap to offer with it'),
  },
  run: ({ device, name = device, description, writable = false, bitmap }, engine) => {
    const node = engine.graph.findRoot(device);
    engine.exports.checkNewId(name);
    exportNode({
      id: name, name, node, description, isWritable: writable && !node.readOnly,
      bitmaps: bitmap === undefined ? [] : [bitmap], device: engine.graph.backends.get(device),
    }, engine);
  },
});
