import { defineEffect, change, loss, refusal } from '../effect.ts';
import { countOf, findImage, sizeText, textOf, virtualSize } from '../live-facts.ts';

export default defineEffect({
  name: 'block_resize',
  describe: ({ device, 'node-name': node, size }, live) => {
    const name = textOf(device) || textOf(node);
    const image = findImage(name, live);
    const wanted = countOf(size);
    if (wanted === undefined) return change('', name);
    if (image === undefined) return refusal(`there is no device or node '${name}' with a medium`);
    const now = virtualSize(image);
    if (now === undefined) return loss(`makes it ${sizeText(wanted)}`, name, 'how large it is now is not known');
    const by = sizeText(Math.abs(wanted - now));
    if (wanted === now) return change(`leaves it at ${sizeText(now)}`, name);
    if (wanted > now) return change(`grows by ${by}, from ${sizeText(now)} to ${sizeText(wanted)}`, name);
    return loss(`SHRINKS by ${by}, from ${sizeText(now)} to ${sizeText(wanted)}`, name, `the last ${by} are lost`);
  },
});
