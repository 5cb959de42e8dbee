import { change, defineEffect, loss, refusal } from '../effect.ts';
import { fileOf, findImage, textOf } from '../live-facts.ts';
import { openerOf } from '../open-file.ts';

export default defineEffect({
  name: 'blockdev-snapshot-sync',
  describe: ({ device, 'node-name': node, 'snapshot-file': file, mode }, live) => {
    const name = textOf(device) || textOf(node);
    const image = findImage(name, live);
    if (image === undefined) return refusal(`there is no device or node '${name}' with a medium`);
    const isKept = mode === 'existing';
    const text = `puts ${textOf(file)}${isKept ? ' with what it holds' : ''} over ${fileOf(image)}, which is only read from then on`;
    const opener = openerOf(file, live);
    return opener === undefined ? change(text, name) : loss(text, textOf(file), `${isKept ? 'WRITES TO' : 'OVERWRITES'} the file, which ${opener} has open`);
  },
});
