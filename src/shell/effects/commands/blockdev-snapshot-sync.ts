import { change, defineEffect, loss, refusal } from '../effect.ts';
import { fileOf, findImage, nodeName, textOf } from '../live-facts.ts';

export default defineEffect({
  name: 'blockdev-snapshot-sync',
  describe: ({ device, 'node-name': node, 'snapshot-file': file, mode }, live) => {
    const name = textOf(device) || textOf(node);
    const image = findImage(name, live);
    if (image === undefined) return refusal(`there is no device or node '${name}' with a medium`);
    const text = `puts ${textOf(file)} over ${fileOf(image)}, which is only read from then on`;
    const open = mode === 'existing' ? undefined : live.nodes.find((row) => row.file === file);
    return open === undefined ? change(text, name) : loss(text, textOf(file), `OVERWRITES the file, which ${nodeName(open)} has open`);
  },
});
